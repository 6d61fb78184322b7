"""Add-ons, and the identities that pods take."""

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.existence import refused, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.eks import require_cluster
from reference.vocabulary import POD_IDENTITY_SERVICE


@creates("aws:eks/addon:Addon")
def addon(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreateAddon"
    renamed = {"resolveConflictsOnCreate": "resolveConflicts"}
    request = {**api.fit("eks", "CreateAddon", inputs, renamed), "tags": api.tags(inputs) or None}
    cluster, name = request.get("clusterName"), request.get("addonName")
    require_cluster(api, call, cluster)
    values = request.get("configurationValues")
    if values is not None and json_object(values) is None:
        raise refused(call, "configurationValues", "must be a JSON object", values)
    for identity in request.get("podIdentityAssociations", []):
        parameter = "podIdentityAssociations.roleArn"
        require_role(api, call, parameter, identity.get("roleArn"), trusting=POD_IDENTITY_SERVICE)
    _check_later(inputs, api, {"clusterName": cluster, "addonName": name})
    api.call("eks", "CreateAddon", request)
    if not api.claim("addon", str(cluster), str(name)):
        raise refused(call, "addonName", "the cluster has this add-on already", name)
    arn = api.arn("eks", f"addon/{cluster}/{name}/{api.made_up_uuid('addon')}")
    return Created(id=f"{cluster}:{name}", outputs={"arn": arn})


@creates("aws:eks/podIdentityAssociation:PodIdentityAssociation")
def pod_identity_association(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreatePodIdentityAssociation"
    request = api.fit("eks", "CreatePodIdentityAssociation", inputs)
    cluster, account = request.get("clusterName"), request.get("serviceAccount")
    require_cluster(api, call, cluster)
    require_role(api, call, "roleArn", request.get("roleArn"), trusting=POD_IDENTITY_SERVICE)
    api.call("eks", "CreatePodIdentityAssociation", {**request, "tags": api.tags(inputs) or None})
    if not api.claim("pod identity", str(cluster), str(request["namespace"]), str(account)):
        raise refused(call, "serviceAccount", "the service account has an association already", account)
    id = f"a-{api.made_up('association', 17)}"
    arn = api.arn("eks", f"podidentityassociation/{cluster}/{id}")
    return Created(id=id, outputs={"associationId": id, "associationArn": arn})


def _check_later(inputs: Inputs, api: Api, addon: dict[str, object]) -> None:
    on_update = {"resolveConflicts": inputs.take("resolveConflictsOnUpdate")}
    api.check("eks", "UpdateAddon", {**addon, **on_update})
    api.check("eks", "DeleteAddon", {**addon, "preserve": inputs.take("preserve")})
