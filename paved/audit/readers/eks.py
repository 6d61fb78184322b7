"""EKS: clusters, their nodes, their add-ons, and who may talk to them."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.audited_types import ON_CREATION, PROVIDER, reads
from paved.aws.reading.facts import NOT_TOLD, Content, Found
from paved.aws.reading.lookup import Lookup, first

OF_AWS = "/aws-service-role/"
"""In the ARN of roles that EKS admits by itself."""


@reads(
    "aws:eks/cluster:Cluster",
    "settings",
    ("name",),
    concerns={
        "accessConfig": "identity",
        "enabledClusterLogTypes": "logging",
        "encryptionConfig": "encryption",
        "roleArn": "identity",
        "vpcConfig": "network",
        "deletionProtection": "recovery",
    },
    left_out={"bootstrapSelfManagedAddons": ON_CREATION},
    tagged=True,
)
def cluster(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.ask("eks.DescribeCluster", name=name)["cluster"]
    return Found(
        names=(name, made["arn"], *_groups(sought, made)),
        properties={
            **made,
            "accessConfig": {
                **made.get("accessConfig", {}),
                "bootstrapClusterCreatorAdminPermissions": NOT_TOLD,
            },
            "enabledClusterLogTypes": _logs(made.get("logging", {})),
            "vpcConfig": made.get("resourcesVpcConfig"),
        },
        tags=lambda: made.get("tags", {}),
        contents=lambda: _contents(sought, name),
    )


@reads(
    "aws:eks/nodeGroup:NodeGroup",
    "settings",
    ("clusterName", "nodeGroupName"),
    concerns={"nodeRoleArn": "identity", "subnetIds": "network"},
    left_out={"forceUpdateVersion": PROVIDER},
    tagged=True,
)
def node_group(sought: Lookup) -> Found:
    which = {"clusterName": sought.name("clusterName"), "nodegroupName": sought.name("nodeGroupName")}
    made = sought.ask("eks.DescribeNodegroup", **which)["nodegroup"]
    return Found(
        names=(made["nodegroupName"], made["nodegroupArn"]),
        properties={**made, "nodeRoleArn": made.get("nodeRole"), "subnetIds": made.get("subnets")},
        tags=lambda: made.get("tags", {}),
    )


@reads(
    "aws:eks/addon:Addon",
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
def addon(sought: Lookup) -> Found:
    which = {"clusterName": sought.name("clusterName"), "addonName": sought.name("addonName")}
    made = sought.ask("eks.DescribeAddon", **which)["addon"]
    return Found(
        names=(_inside("addon", which["clusterName"], which["addonName"]), made["addonArn"]),
        properties=made,
        tags=lambda: made.get("tags", {}),
    )


@reads("aws:eks/accessEntry:AccessEntry", "identity", ("clusterName", "principalArn"), tagged=True)
def access_entry(sought: Lookup) -> Found:
    which = {"clusterName": sought.name("clusterName"), "principalArn": sought.name("principalArn", at=1)}
    made = sought.ask("eks.DescribeAccessEntry", **which)["accessEntry"]
    return Found(
        names=(_inside("access", which["clusterName"], which["principalArn"]), made["accessEntryArn"]),
        properties={"type": made.get("type"), "userName": made.get("username"), **made},
        tags=lambda: made.get("tags", {}),
    )


@reads(
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "identity",
    ("clusterName", "principalArn", "policyArn"),
)
def access_policy_association(sought: Lookup) -> Found:
    cluster, principal = sought.name("clusterName"), sought.name("principalArn", at=1)
    policy = sought.name("policyArn")
    made = first([each for each in _associated(sought, cluster, principal) if each["policyArn"] == policy])
    return Found(
        names=(_inside("policy", cluster, f"{principal} {policy}"),),
        properties={"accessScope": made.get("accessScope")},
    )


@reads(
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "identity",
    ("clusterName", "namespace", "serviceAccount"),
    tagged=True,
)
def pod_identity_association(sought: Lookup) -> Found:
    account = {"namespace": sought.name("namespace"), "serviceAccount": sought.name("serviceAccount")}
    cluster = sought.name("clusterName")
    listed = sought.one("eks.ListPodIdentityAssociations", "associations", clusterName=cluster, **account)
    which = {"clusterName": cluster, "associationId": listed["associationId"]}
    made = sought.ask("eks.DescribePodIdentityAssociation", **which)["association"]
    return Found(
        names=(made["associationId"], made["associationArn"]),
        properties=made,
        tags=lambda: made.get("tags", {}),
    )


def _groups(sought: Lookup, made: Mapping[str, Any]) -> list[str]:
    """The security group that EKS makes for a cluster, by the name it gives it: rules of the plan are put there."""
    told = made.get("resourcesVpcConfig", {}).get("clusterSecurityGroupId")
    if told:
        return [str(told)]
    called = f"eks-cluster-sg-{made['name']}-"
    only: Any = [{"Name": "group-name", "Values": [f"{called}*"]}]
    listed = sought.pages("ec2.DescribeSecurityGroups", "SecurityGroups", Filters=only)
    return [group["GroupId"] for group in listed if group["GroupName"].removeprefix(called).isdigit()]


def _logs(logging: Mapping[str, Any]) -> list[str]:
    return sorted(
        kind
        for each in logging.get("clusterLogging", ())
        if each.get("enabled")
        for kind in each.get("types", ())
    )


def _associated(sought: Lookup, cluster: str, principal: str) -> list[Any]:
    which = {"clusterName": cluster, "principalArn": principal}
    return sought.pages("eks.ListAssociatedAccessPolicies", "associatedAccessPolicies", **which)


def _contents(sought: Lookup, cluster: str) -> tuple[Content, ...]:
    principals = sought.pages("eks.ListAccessEntries", "accessEntries", clusterName=cluster)
    mine = [arn for arn in principals if OF_AWS not in arn]
    grants = [(arn, each["policyArn"]) for arn in mine for each in _associated(sought, cluster, arn)]
    addons = sought.pages("eks.ListAddons", "addons", clusterName=cluster)
    return (
        *(_content("access entry", _inside("access", cluster, arn), arn) for arn in mine),
        *(
            _content("access policy", _inside("policy", cluster, f"{arn} {policy}"), f"{policy} for {arn}")
            for arn, policy in grants
        ),
        *(
            Content(kind="add-on", name=_inside("addon", cluster, each), label=each, concern="settings")
            for each in addons
        ),
    )


def _content(kind: str, name: str, label: str) -> Content:
    return Content(kind=kind, name=name, label=label, concern="identity")


def _inside(kind: str, cluster: str, name: str) -> str:
    return f"{cluster} {kind} {name}"
