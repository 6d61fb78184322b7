"""Taking stacks down on the real engine: in an order that drains first, and never a protected one."""

import pytest
from pulumi.automation import CommandError

from tests.engine.chains import CHAINS

DEV = CHAINS[0]
KARPENTER = "kubernetes:helm.sh/v3:Release::platform-dev-karpenter"
KUEUE = "kubernetes:helm.sh/v3:Release::platform-dev-kueue"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass::"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool::"

RETAINED = "ClusterTrainingRuntime::"
"""Goes with its definition, which the chart takes along: jobs may name it as long as there are any."""

ORDER = (
    ("ranking-dev", "kubernetes:serving.kserve.io/v1beta1:InferenceService::", NODE_POOL),
    ("ranking-dev", NODE_POOL, NODE_CLASS),
    (
        "ranking-dev",
        "kubernetes:kueue.x-k8s.io/v1beta2:LocalQueue::",
        "kueue.x-k8s.io/v1beta2:ClusterQueue::",
    ),
    ("ranking-dev", "kubernetes:core/v1:ServiceAccount::", "kubernetes:core/v1:Namespace::"),
    ("ranking-dev", "BucketPolicy::ranking-dev-models-policy", "Bucket::ranking-dev-models"),
    ("platform-dev", NODE_POOL, NODE_CLASS),
    ("platform-dev", NODE_CLASS, KARPENTER),
    ("platform-dev", KARPENTER, f"{KARPENTER}-crd"),
    ("platform-dev", "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor::", KUEUE),
    ("platform-dev", "kubernetes:monitoring.coreos.com/v1:", "Release::platform-dev-prometheus-crds"),
    ("platform-dev", KUEUE, "Release::platform-dev-aws-load-balancer-controller"),
    ("foundation-dev", "aws:eks/nodeGroup:NodeGroup::", "Addon::foundation-dev-base-vpc-cni"),
    ("foundation-dev", "aws:eks/nodeGroup:NodeGroup::", "aws:ec2/natGateway:NatGateway::"),
    ("foundation-dev", "aws:eks/nodeGroup:NodeGroup::", "aws:eks/cluster:Cluster::"),
    ("foundation-dev", "aws:eks/cluster:Cluster::", "Subnet::foundation-dev-intra-use1-az2"),
    ("foundation-dev", "aws:ec2/subnet:Subnet::", "aws:ec2/vpc:Vpc::"),
)
"""Of a stack: what is gone before what. A text that ends in a colon means every resource that it is a part of."""


@pytest.fixture(scope="module")
def deletions(deployed, servers):
    """The dev stacks, destroyed from the team down: what the providers deleted, in order."""
    for name in reversed(DEV):
        deployed[name].stack.destroy()
    return {name: servers.journal.of("delete", name) for name in DEV}


def places(urns, text):
    return [
        place for place, urn in enumerate(urns) if (text in urn if text[-1] == ":" else urn.endswith(text))
    ]


@pytest.mark.parametrize(("name", "first", "last"), ORDER)
def test_what_depends_goes_first(deletions, name, first, last):
    gone, kept = places(deletions[name], first), places(deletions[name], last)
    assert gone
    assert kept
    assert max(gone) < min(kept)


@pytest.mark.parametrize(("name", "first", "last"), ORDER)
def test_what_goes_first_does_so_by_its_dependencies_and_not_by_luck(deployed, name, first, last):
    asked = deployed[name].previewed
    urns = [urn for urn in asked if asked[urn]["custom"]]
    kept = {urns[place] for place in places(urns, last)}
    assert kept
    for place in places(urns, first):
        assert kept <= needed(asked, urns[place]), urns[place]


def needed(asked, urn):
    """All that has to outlive a resource: what it depends on, its parents, and what those depend on."""
    found, due = set(), [urn]
    while due:
        entry = asked[due.pop()]
        new = {*entry["depends_on"], *filter(None, [entry["parent"], entry["provider"]])} - found
        found |= new
        due += new
    return found


@pytest.mark.parametrize("name", DEV)
def test_everything_created_is_deleted_once(deletions, deployed, servers, name):
    created = [urn for urn in servers.journal.of("create", name) if RETAINED not in urn]
    assert sorted(deletions[name]) == sorted(created)
    assert deployed[name].stack.urns() == set()


@pytest.mark.parametrize("name", ["foundation-prod", "vision-prod"])
def test_a_destroy_fails_and_leaves_what_is_protected(deployed, name):
    protected = {urn for urn, asked in deployed[name].previewed.items() if asked["protect"]}
    assert protected
    with pytest.raises(CommandError, match=r"(?s)cannot be deleted.*because it is protected"):
        deployed[name].stack.destroy()
    assert protected <= deployed[name].stack.urns()


def test_a_stack_that_retires_goes_and_leaves_its_data(deployed, servers):
    stack = deployed["vision-prod"].stack
    stack.set_config("paved:lifecycle", "retiring")
    stack.up()
    stack.destroy()
    assert stack.urns() == set()
    gone = {urn.split("::")[2].split("$")[-1] for urn in servers.journal.of("delete", "vision-prod")}
    assert gone & {"aws:iam/role:Role", "aws:budgets/budget:Budget"}
    # Left in the account for whoever archives or deletes it by hand (docs/guides/offboarding.md).
    assert not gone & {"aws:s3/bucket:Bucket", "aws:ecr/repository:Repository", "aws:kms/key:Key"}
