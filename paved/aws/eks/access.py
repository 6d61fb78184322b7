"""Access to a cluster: access entries, and the policies that they carry."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.eks import name_in_cluster, require_cluster
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first
from paved.aws.services import iam_actions
from reference.vocabulary import ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION

IAM_ACTIONS = iam_actions("eks", "DescribeAccessEntry", "ListAccessEntries", "ListAssociatedAccessPolicies")
MOTO_UNSUPPORTED = ("eks.AssociateAccessPolicy", "eks.CreateAccessEntry")


@creates(ACCESS_ENTRY)
def create_access_entry(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreateAccessEntry"
    request = api.request("eks", "CreateAccessEntry", inputs)
    cluster, principal = request.get("clusterName"), request.get("principalArn")
    require_cluster(api, call, cluster)
    require_role(api, call, "principalArn", principal)
    api.call("eks", "CreateAccessEntry", {**request, "tags": api.tags(inputs) or None})
    if not api.claim("access entry", str(cluster), str(principal)):
        raise refused(call, "principalArn", "the cluster has an entry for this principal already", principal)
    kind, name = str(principal).rpartition(":")[2].split("/", 1)
    uuid = api.generated_uuid("access entry")
    arn = api.arn("eks", f"access-entry/{cluster}/{kind}/{api.scope.account}/{name}/{uuid}")
    return Created(
        id=f"{cluster}:{principal}",
        outputs={"accessEntryArn": arn, "type": request.get("type", "STANDARD")},
    )


@creates(ACCESS_POLICY_ASSOCIATION)
def create_access_policy_association(inputs: Inputs, api: Api) -> Created:
    call = "eks.AssociateAccessPolicy"
    request = api.request("eks", "AssociateAccessPolicy", inputs)
    cluster, principal = str(request.get("clusterName")), str(request.get("principalArn"))
    require_cluster(api, call, cluster)
    if not api.is_claimed("access entry", cluster, principal):
        rule = "must be the principal of an access entry that exists by now"
        raise refused(call, "principalArn", rule, principal)
    api.call("eks", "AssociateAccessPolicy", request)
    return Created(id=f"{cluster}#{principal}#{request['policyArn']}")


@reads(ACCESS_ENTRY, "identity", ("clusterName", "principalArn"), tagged=True)
def read_access_entry(lookup: Lookup) -> Found:
    cluster, principal = lookup.name("clusterName"), lookup.name("principalArn", at=1)
    answer = lookup.ask("eks.DescribeAccessEntry", clusterName=cluster, principalArn=principal)
    entry = answer["accessEntry"]
    return Found(
        names=(name_in_cluster("access", cluster, principal), entry["accessEntryArn"]),
        properties={"type": entry.get("type"), "userName": entry.get("username"), **entry},
        tags=lambda: entry.get("tags", {}),
    )


@reads(ACCESS_POLICY_ASSOCIATION, "identity", ("clusterName", "principalArn", "policyArn"))
def read_access_policy_association(lookup: Lookup) -> Found:
    cluster, principal = lookup.name("clusterName"), lookup.name("principalArn", at=1)
    policy = lookup.name("policyArn")
    listed = associated_policies(lookup, cluster, principal)
    association = first([each for each in listed if each["policyArn"] == policy])
    return Found(
        names=(name_in_cluster("policy", cluster, f"{principal} {policy}"),),
        properties={"accessScope": association.get("accessScope")},
    )


def associated_policies(lookup: Lookup, cluster: str, principal: str) -> list[Any]:
    """The policies that an access entry of a cluster carries."""
    call = "eks.ListAssociatedAccessPolicies"
    return lookup.pages(call, "associatedAccessPolicies", clusterName=cluster, principalArn=principal)
