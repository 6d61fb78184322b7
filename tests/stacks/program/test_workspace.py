"""A team's namespace, its pools and their queue, and its endpoints."""

import pulumi
import pytest

from reference.vocabulary import INFERENCE_SERVICE, NODE_POOL
from stacks.program.workspace import offered
from tests.stacks.program.team_inputs import PLATFORM, VISION


def test_the_policies_of_the_namespace_follow_from_the_platforms_network(plan_team):
    planned, _ = plan_team(
        platform={**PLATFORM, "network": {**PLATFORM["network"], "vpc_cidr": "10.99.0.0/16"}}
    )
    policy = planned.one(
        "kubernetes:networking.k8s.io/v1:NetworkPolicy", "vision-prod-allow-to-vpc-endpoints"
    )
    assert policy.inputs["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.99.0.0/16"}}]


def test_the_namespace_holds_the_endpoints_and_what_training_is_promised(plan_team):
    planned, _ = plan_team()
    hard = planned.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert hard["requests.nvidia.com/gpu"] == str(32 + 8 + 9)
    assert hard["requests.cpu"] == str(24 + 9 * 8 + 4 * 192 + 8 * 12 + 2 * 4)
    assert hard["pods"] == str(250 + 9 + 32 + 8 + 2)


def test_the_pool_without_a_quota_keeps_jobs_out_and_its_endpoint_in(plan_team):
    planned, _ = plan_team()
    tainted = {}
    for pool in planned.of(NODE_POOL):
        template = pool.inputs["spec"]["template"]
        tainted[template["metadata"]["labels"]["paved.dev/pool"]] = [
            taint["value"] for taint in template["spec"]["taints"] if taint["key"] == "paved.dev/pool"
        ]
    assert tainted == {"h100": [], "l40s": [], "l40s-serving": ["l40s-serving"]}
    predictor = planned.one(INFERENCE_SERVICE).inputs["spec"]["predictor"]
    assert "l40s-serving" in [each.get("value") for each in predictor["tolerations"]]


def test_a_destroy_ends_the_pods_before_their_nodes(plan_team):
    planned, _ = plan_team()
    namespace = planned.one("kubernetes:core/v1:Namespace", "vision-prod")
    pools = {r.urn for r in planned.resources if r.type.endswith(":NodePool")}
    assert len(pools) == 3
    assert pools <= set(namespace.depends_on)


def test_no_pod_can_start_before_its_identity(plan_team):
    planned, _ = plan_team()
    for account in ("trainer", "server"):
        name = f"vision-prod-{account}"
        association = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", name)
        assert association.urn in planned.one("kubernetes:core/v1:ServiceAccount", name).depends_on


def test_an_endpoint_loads_no_model_whose_name_only_starts_the_same(plan_team):
    """KServe lists keys by prefix, so `detector/v1` would take `detector/v10` along."""
    planned, _ = plan_team()
    endpoint = next(r for r in planned.resources if r.type.endswith(":InferenceService"))
    assert endpoint.inputs["spec"]["predictor"]["model"]["storageUri"].endswith("/2026-11-03/")


def test_an_endpoint_serves_the_teams_models_as_one_who_may_read_them(plan_team):
    planned, _ = plan_team()
    endpoint = next(r for r in planned.resources if r.type.endswith(":InferenceService"))
    predictor = endpoint.inputs["spec"]["predictor"]
    assert predictor["serviceAccountName"] == "server"
    assert (
        predictor["model"]["storageUri"]
        == "s3://paved-vision-prod-models-111122223333/defect-detector/2026-11-03/"
    )


def test_an_accelerator_is_queued_for_in_the_platforms_flavor_of_it():
    assert offered({"l40s": "paved-l40s", "h100": "paved-h100"}, "h100", "platform-prod") == "paved-h100"


def test_an_accelerator_that_the_platform_has_no_queue_for_is_refused():
    with pytest.raises(pulumi.RunError, match="`platform-prod` has no queue for `h100`, only for l4, l40s"):
        offered({"l40s": "paved-l40s", "l4": "paved-l4"}, "h100", "platform-prod")


def test_a_pool_with_efa_brings_interfaces_to_queue_and_namespace(plan_team):
    planned, _ = plan_team()
    queue = next(r for r in planned.resources if r.type.endswith(":ClusterQueue"))
    [group] = queue.inputs["spec"]["resourceGroups"]
    efas = {flavor["name"]: flavor["resources"][-1]["nominalQuota"] for flavor in group["flavors"]}
    hard = planned.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert group["coveredResources"][-1] == "vpc.amazonaws.com/efa"
    assert efas == {"paved-h100": "128", "paved-l40s": "0"}  # four nodes of 32 interfaces
    assert hard["requests.vpc.amazonaws.com/efa"] == "128"


def test_a_pool_without_efa_brings_no_interfaces_to_queue_or_namespace(plan_team):
    pools = tuple(pool.model_copy(update={"efa": False}) for pool in VISION.training.pools)
    planned, _ = plan_team(training=VISION.training.model_copy(update={"pools": pools}))
    queue = next(r for r in planned.resources if r.type.endswith(":ClusterQueue"))
    [group] = queue.inputs["spec"]["resourceGroups"]
    hard = planned.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert group["coveredResources"] == ["cpu", "memory", "nvidia.com/gpu"]
    assert hard["requests.vpc.amazonaws.com/efa"] == "0"
    assert planned.of("aws:ec2/placementGroup:PlacementGroup") == ()


@pytest.mark.parametrize(
    ("registered", "role"),
    [
        ({"vision": "paved-foundation-prod.node-vision"}, "paved-foundation-prod.node-vision"),
        ({"ranking": "paved-foundation-prod.node-ranking"}, "paved-foundation-prod-node"),
    ],
)
def test_a_teams_nodes_have_its_own_role_where_the_team_is_registered(plan_team, registered, role):
    nodes = {**PLATFORM["nodes"], "team_role_names": registered}
    planned, _ = plan_team(platform={**PLATFORM, "nodes": nodes})
    classes = planned.of("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass")
    assert {each.inputs["spec"]["role"] for each in classes} == {role}
