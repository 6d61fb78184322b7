"""Who may enter a cluster: access entries and the policies they carry."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.eks import require_cluster


@creates("aws:eks/accessEntry:AccessEntry")
def access_entry(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreateAccessEntry"
    request = api.fit("eks", "CreateAccessEntry", inputs)
    cluster, principal = request.get("clusterName"), request.get("principalArn")
    require_cluster(api, call, cluster)
    require_role(api, call, "principalArn", principal)
    api.call("eks", "CreateAccessEntry", {**request, "tags": api.tags(inputs) or None})
    if not api.claim("access entry", str(cluster), str(principal)):
        raise refused(call, "principalArn", "the cluster has an entry for this principal already", principal)
    kind, name = str(principal).rpartition(":")[2].split("/", 1)
    uuid = api.made_up_uuid("access entry")
    arn = api.arn("eks", f"access-entry/{cluster}/{kind}/{api.place.account}/{name}/{uuid}")
    return Created(
        id=f"{cluster}:{principal}",
        outputs={"accessEntryArn": arn, "type": request.get("type", "STANDARD")},
    )


@creates("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
def access_policy_association(inputs: Inputs, api: Api) -> Created:
    call = "eks.AssociateAccessPolicy"
    request = api.fit("eks", "AssociateAccessPolicy", inputs)
    cluster, principal = str(request.get("clusterName")), str(request.get("principalArn"))
    require_cluster(api, call, cluster)
    if not api.is_claimed("access entry", cluster, principal):
        rule = "must be the principal of an access entry that exists by now"
        raise refused(call, "principalArn", rule, principal)
    api.call("eks", "AssociateAccessPolicy", request)
    return Created(id=f"{cluster}#{principal}#{request['policyArn']}")
