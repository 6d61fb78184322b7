"""Add-ons of a cluster, and the identities of its pods."""

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.existence import require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.eks import name_in_cluster, require_cluster
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import iam_actions
from reference.vocabulary import EKS_ADDON, POD_IDENTITY_ASSOCIATION, POD_IDENTITY_SERVICE

IAM_ACTIONS = iam_actions(
    "eks", "DescribeAddon", "DescribePodIdentityAssociation", "ListAddons", "ListPodIdentityAssociations"
)
MOTO_UNSUPPORTED = ("eks.CreateAddon", "eks.CreatePodIdentityAssociation")


@creates(EKS_ADDON)
def create_addon(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreateAddon"
    renamed = {"resolveConflictsOnCreate": "resolveConflicts"}
    request = {**api.request("eks", "CreateAddon", inputs, renamed), "tags": api.tags(inputs) or None}
    cluster, name = request.get("clusterName"), request.get("addonName")
    require_cluster(api, call, cluster)
    values = request.get("configurationValues")
    if values is not None and json_object(values) is None:
        raise refused(call, "configurationValues", "must be a JSON object", values)
    for identity in request.get("podIdentityAssociations", []):
        parameter = "podIdentityAssociations.roleArn"
        require_role(api, call, parameter, identity.get("roleArn"), trusting=POD_IDENTITY_SERVICE)
    _check_later_calls(inputs, api, {"clusterName": cluster, "addonName": name})
    api.call("eks", "CreateAddon", request)
    if not api.claim("addon", str(cluster), str(name)):
        raise refused(call, "addonName", "the cluster has this add-on already", name)
    arn = api.arn("eks", f"addon/{cluster}/{name}/{api.generated_uuid('addon')}")
    return Created(id=f"{cluster}:{name}", outputs={"arn": arn})


@creates(POD_IDENTITY_ASSOCIATION)
def create_pod_identity_association(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreatePodIdentityAssociation"
    request = api.request("eks", "CreatePodIdentityAssociation", inputs)
    cluster, account = request.get("clusterName"), request.get("serviceAccount")
    require_cluster(api, call, cluster)
    require_role(api, call, "roleArn", request.get("roleArn"), trusting=POD_IDENTITY_SERVICE)
    api.call("eks", "CreatePodIdentityAssociation", {**request, "tags": api.tags(inputs) or None})
    if not api.claim("pod identity", str(cluster), str(request["namespace"]), str(account)):
        raise refused(call, "serviceAccount", "the service account has an association already", account)
    id = f"a-{api.generated_hex('association', 17)}"
    arn = api.arn("eks", f"podidentityassociation/{cluster}/{id}")
    return Created(id=id, outputs={"associationId": id, "associationArn": arn})


def _check_later_calls(inputs: Inputs, api: Api, addon: dict[str, object]) -> None:
    on_update = {"resolveConflicts": inputs.take("resolveConflictsOnUpdate")}
    api.check("eks", "UpdateAddon", {**addon, **on_update})
    api.check("eks", "DeleteAddon", {**addon, "preserve": inputs.take("preserve")})


@reads(
    EKS_ADDON,
    "settings",
    ("clusterName", "addonName"),
    concerns={"podIdentityAssociations": "identity"},
    left_out={
        "resolveConflictsOnCreate": PROVIDER,
        "resolveConflictsOnUpdate": PROVIDER,
        "podIdentityAssociations": "EKS answers with ids; the roles are compared themselves",
    },
    documents=("configurationValues",),
    tagged=True,
)
def read_addon(lookup: Lookup) -> Found:
    cluster, name = lookup.name("clusterName"), lookup.name("addonName")
    addon = lookup.ask("eks.DescribeAddon", clusterName=cluster, addonName=name)["addon"]
    return Found(
        names=(name_in_cluster("addon", cluster, name), addon["addonArn"]),
        properties=addon,
        tags=lambda: addon.get("tags", {}),
    )


@reads(
    POD_IDENTITY_ASSOCIATION,
    "identity",
    ("clusterName", "namespace", "serviceAccount"),
    tagged=True,
)
def read_pod_identity_association(lookup: Lookup) -> Found:
    account = {"namespace": lookup.name("namespace"), "serviceAccount": lookup.name("serviceAccount")}
    cluster = lookup.name("clusterName")
    listed = lookup.one("eks.ListPodIdentityAssociations", "associations", clusterName=cluster, **account)
    key = {"clusterName": cluster, "associationId": listed["associationId"]}
    association = lookup.ask("eks.DescribePodIdentityAssociation", **key)["association"]
    return Found(
        names=(association["associationId"], association["associationArn"]),
        properties=association,
        tags=lambda: association.get("tags", {}),
    )
