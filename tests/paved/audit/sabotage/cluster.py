"""The cluster: who may talk to it, what runs in it, and its settings. The simulator lacks most of the calls."""

from tests.paved.audit.sabotage.hand import PROD, Hand, Seen, changed, extra, sabotage

CLUSTER = "eks Cluster foundation-prod"
NAME = "paved-foundation-prod"
MALLORY = f"arn:aws:iam::{PROD}:role/mallory"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def identity(part: str) -> Seen:
    return extra(CLUSTER, part, "identity")


@sabotage("an access entry that nobody planned", identity("access entry"))
def entry(hand: Hand) -> None:
    hand.patch("eks.ListAccessEntries", lambda answer, _: answer["accessEntries"].append(MALLORY))


@sabotage("a policy more of an access entry of the plan", identity("access policy"))
def policy(hand: Hand) -> None:
    more = {"policyArn": VIEW, "accessScope": {"type": "cluster"}}

    def admin(answer, request):
        if request["principalArn"].endswith("karpenter-node"):
            answer["associatedAccessPolicies"].append(more)

    hand.patch("eks.ListAssociatedAccessPolicies", admin)


@sabotage("another way in for people", identity("identity provider"))
def provider(hand: Hand) -> None:
    more = {"type": "oidc", "name": "theirs"}
    hand.patch(
        "eks.ListIdentityProviderConfigs", lambda answer, _: answer["identityProviderConfigs"].append(more)
    )


@sabotage("an add-on that nobody planned", extra(CLUSTER, "add-on", "settings", "low"))
def addon(hand: Hand) -> None:
    hand.patch("eks.ListAddons", lambda answer, _: answer["addons"].append("adot"))


@sabotage("an add-on deleted", Seen("missing", "low", "settings", "eks Addon *metrics-server"))
def no_addon(hand: Hand) -> None:
    def gone(answer, request):
        if request["addonName"] == "metrics-server":
            from tests.paved.audit.sabotage.storage import absent

            absent("ResourceNotFoundException")

    hand.patch("eks.DescribeAddon", gone)


@sabotage("pods of a namespace that are a role", identity("pod identity"))
def pods(hand: Hand) -> None:
    more = {"associationId": "a-kube-system.theirs", "namespace": "kube-system", "serviceAccount": "theirs"}

    def listed(answer, request):
        if "serviceAccount" not in request:
            answer["associations"].append(more)

    hand.patch("eks.ListPodIdentityAssociations", listed)


@sabotage(
    "pods of the plan that are another role",
    changed("eks PodIdentityAssociation vision-prod-trainer", "roleArn", "identity"),
    stack="vision-prod",
)
def other_pods(hand: Hand) -> None:
    def change(answer, request):
        if "trainer" in request["associationId"]:
            answer["association"]["roleArn"] = MALLORY

    hand.patch("eks.DescribePodIdentityAssociation", change)


@sabotage("nodes that nobody planned", extra(CLUSTER, "node group", "settings", "low"))
def nodes(hand: Hand) -> None:
    hand("eks").create_nodegroup(
        clusterName=NAME,
        nodegroupName="theirs",
        subnets=[hand.subnet("foundation-prod-private-use1-az2")],
        nodeRole=f"arn:aws:iam::{PROD}:role/paved-foundation-prod-karpenter-node",
    )


@sabotage("pods on nodes of AWS", extra(CLUSTER, "Fargate profile", "settings", "low"))
def fargate(hand: Hand) -> None:
    hand("eks").create_fargate_profile(
        clusterName=NAME,
        fargateProfileName="theirs",
        podExecutionRoleArn=MALLORY,
        selectors=[{"namespace": "theirs"}],
    )


@sabotage(
    "the cluster's API open to the internet, its logs off, and the old list of administrators on",
    changed(CLUSTER, "vpcConfig.endpointPublicAccess", "network"),
    changed(CLUSTER, "enabledClusterLogTypes", "logging", "medium"),
    changed(CLUSTER, "accessConfig.authenticationMode", "identity"),
)
def settings(hand: Hand) -> None:
    def change(answer, request):
        if request["name"] == NAME:
            answer["cluster"]["resourcesVpcConfig"] |= {"endpointPublicAccess": True}
            answer["cluster"]["logging"] = {"clusterLogging": [{"types": ["api"], "enabled": True}]}
            answer["cluster"]["accessConfig"] = {"authenticationMode": "API_AND_CONFIG_MAP"}

    hand.patch("eks.DescribeCluster", change)


@sabotage(
    "an object of the cluster: a role binding, a policy of admission, an alert",
    unseen="the cluster holds it and no account: `paved rehearse` and admission judge what is applied",
)
def objects(hand: Hand) -> None:
    """Nothing in the account changes."""
