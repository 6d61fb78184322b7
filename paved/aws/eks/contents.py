"""Contents of a cluster beyond its own settings: who may talk to it, what its pods are, and what runs them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from paved.aws.eks import name_in_cluster
from paved.aws.eks.access import associated_policies
from paved.aws.reading.account import NotFound
from paved.aws.reading.facts import Concern, Content, Contents
from paved.aws.reading.lookup import Lookup
from paved.aws.services import NOT_LISTED, SimulatorGap, iam_actions
from reference.tags import SERVICE_TAG
from reference.vocabulary import EKS_CLUSTER

IAM_ACTIONS = iam_actions("eks", "DescribeFargateProfile", "ListFargateProfiles", "ListNodegroups")
NOT_IN_MOTO = ("access entry", "access policy", "identity provider", "add-on", "pod identity")
SIMULATOR_GAPS = tuple(
    SimulatorGap(type=EKS_CLUSTER, property=f"contents.{kind}", reason=NOT_LISTED) for kind in NOT_IN_MOTO
)

Maker = Callable[[], str | None]
"""The reading of the name of the stack that made a part."""
OF_AWS = "/aws-service-role/"
"""Part of the ARN of roles that EKS admits by itself."""


def cluster_contents(lookup: Lookup, cluster: str) -> Contents:
    """The parts of a cluster, each kind read by itself."""
    return {
        "access entry": lambda: [_entry(lookup, cluster, each) for each in _principals(lookup, cluster)],
        "access policy": lambda: _policies(lookup, cluster),
        "identity provider": lambda: _providers(lookup, cluster),
        "add-on": lambda: _addons(lookup, cluster),
        "pod identity": lambda: _pod_identities(lookup, cluster),
        "node group": lambda: _node_groups(lookup, cluster),
        "Fargate profile": lambda: _fargate_profiles(lookup, cluster),
    }


def _principals(lookup: Lookup, cluster: str) -> list[str]:
    listed = lookup.pages("eks.ListAccessEntries", "accessEntries", clusterName=cluster)
    return [arn for arn in listed if OF_AWS not in arn]


def _entry(lookup: Lookup, cluster: str, principal: str) -> Content:
    """An access entry with the stack that made it: teams' stacks put their people into their groups."""
    maker = _maker(
        lookup, "eks.DescribeAccessEntry", "accessEntry", clusterName=cluster, principalArn=principal
    )
    return _content(
        "access entry", name_in_cluster("access", cluster, principal), principal, "identity", maker
    )


def _policies(lookup: Lookup, cluster: str) -> Iterator[Content]:
    for principal in _principals(lookup, cluster):
        for each in associated_policies(lookup, cluster, principal):
            policy = each["policyArn"]
            name = name_in_cluster("policy", cluster, f"{principal} {policy}")
            yield _content("access policy", name, f"{policy} for {principal}", "identity")


def _providers(lookup: Lookup, cluster: str) -> Iterator[Content]:
    call = "eks.ListIdentityProviderConfigs"
    for config in lookup.pages(call, "identityProviderConfigs", clusterName=cluster):
        name = config["name"]
        yield _content(
            "identity provider", name_in_cluster("identity provider", cluster, name), name, "identity"
        )


def _addons(lookup: Lookup, cluster: str) -> Iterator[Content]:
    for addon in lookup.pages("eks.ListAddons", "addons", clusterName=cluster):
        yield _content("add-on", name_in_cluster("addon", cluster, addon), addon, "settings")


def _pod_identities(lookup: Lookup, cluster: str) -> Iterator[Content]:
    call = "eks.DescribePodIdentityAssociation"
    for each in lookup.pages("eks.ListPodIdentityAssociations", "associations", clusterName=cluster):
        # Add-ons that the plan gives a role own their associations, and are compared themselves.
        if "ownerArn" not in each:
            name = each["associationId"]
            label = f"{each.get('namespace')}/{each.get('serviceAccount')}"
            maker = _maker(lookup, call, "association", clusterName=cluster, associationId=name)
            yield _content("pod identity", name, label, "identity", maker)


def _node_groups(lookup: Lookup, cluster: str) -> Iterator[Content]:
    call = "eks.DescribeNodegroup"
    for group in lookup.pages("eks.ListNodegroups", "nodegroups", clusterName=cluster):
        maker = _maker(lookup, call, "nodegroup", clusterName=cluster, nodegroupName=group)
        yield _content("node group", name_in_cluster("node group", cluster, group), group, "settings", maker)


def _fargate_profiles(lookup: Lookup, cluster: str) -> Iterator[Content]:
    call = "eks.DescribeFargateProfile"
    for profile in lookup.pages("eks.ListFargateProfiles", "fargateProfileNames", clusterName=cluster):
        maker = _maker(lookup, call, "fargateProfile", clusterName=cluster, fargateProfileName=profile)
        name = name_in_cluster("Fargate profile", cluster, profile)
        yield _content("Fargate profile", name, profile, "settings", maker)


def _nobody() -> None:
    """The maker of a part that bears no tags."""


def _maker(lookup: Lookup, call: str, member: str, **params: Any) -> Maker:
    """The reading of the tag that says which stack made a part of a cluster."""

    def read() -> str | None:
        try:
            answer: Mapping[str, Any] = lookup.ask(call, **params)[member]
        except NotFound:  # deleted since it was listed
            return None
        tags: Mapping[str, str] = answer.get("tags", {})
        return tags.get(SERVICE_TAG)

    return read


def _content(kind: str, name: str, label: str, concern: Concern, maker: Maker = _nobody) -> Content:
    return Content(kind=kind, name=name, label=label, concern=concern, service=maker)
