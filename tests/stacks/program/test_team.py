import json
from decimal import Decimal

import pulumi
import pytest

from paved.render import is_manifest
from reference.vocabulary import INFERENCE_SERVICE, NODE_POOL
from stacks.checks.folder import checked_file
from stacks.program.team import build_team
from stacks.program.workspace import offered
from tests.conftest import STACKS

FOUNDATION_KEY = "arn:aws:kms:us-east-1:111122223333:alias/paved-foundation-prod-volumes"
PLATFORM = {
    "contract": {"kind": "platform", "version": "1"},
    "account": {"id": "111122223333", "region": "us-east-1", "partition": "aws"},
    "network": {
        "vpc_cidr": "10.16.0.0/16",
        "private_subnets": {"use1-az4": "subnet-0f6e"},
        "private_mlflow": False,
    },
    "storage": {"drivers": ["fsx-lustre", "mountpoint-s3"], "lustre_security_group_id": "sg-0f6e"},
    "hand_over": {"namespace": "hand-overs", "image": "public.ecr.aws/docker/library/busybox:1.37.0"},
    "datasets": {
        "product-images": {
            "bucket": "paved-foundation-prod-datasets-internal-111122223333",
            "prefix": "product-images/",
            "key_alias": "paved-foundation-prod-datasets-internal",
        }
    },
    "cluster": {
        "name": "paved-foundation-prod",
        "kubernetes_version": "1.35",
        "provisioner_role_name": "paved-foundation-prod-karpenter",
    },
    "kubeconfig": "{}",
    "identity": {
        "team_boundary_arn": "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary",
        "ci": {"issuer": "https://token.actions.githubusercontent.com", "audience": "sts.amazonaws.com"},
    },
    "queues": {
        "cohort": "platform-prod",
        "flavors": {"h100": "paved-h100", "l40s": "paved-l40s", "l4": "paved-l4", "a10g": "paved-a10g"},
    },
    "monitoring": {"namespace": "monitoring", "prometheus_url": "http://prometheus.monitoring"},
    "nodes": {
        "ami_alias": "al2023@v20260714",
        "role_name": "paved-foundation-prod-node",
        "team_role_names": {"vision": "paved-foundation-prod.node-vision"},
        "discovery_tag": "paved-foundation-prod",
        "volumes_key_arn": FOUNDATION_KEY,
    },
    "registry": {"host": "111122223333.dkr.ecr.us-east-1.amazonaws.com", "upstreams": ["quay.io"]},
    "notebook_hub": {"chart_version": "4.4.0", "secret_reader": "public.ecr.aws/aws-cli/aws-cli:2.37.0"},
}
VISION = checked_file(STACKS / "Pulumi.vision-prod.yaml").stack
BASE = {"contract", "environment", "owner", "platform", "budget"}


@pytest.fixture
def plan(plan_program):
    """Plan a team: vision with some of its sections changed. Returns the plan and the outputs."""

    def run(team=VISION, *, name="vision-prod", platform=PLATFORM, **changes):
        outputs = {}
        planned = plan_program(
            lambda: outputs.update(build_team(name, team.model_copy(update=changes))),
            stack=name,
            references={team.platform: platform},
        )
        return planned, outputs

    return run


NOTHING = dict.fromkeys(("registry", "training", "data", "serving", "notebooks", "monitoring"))


def test_a_team_with_a_budget_alone_gets_a_budget_alone(plan):
    planned, outputs = plan(**NOTHING, budget=VISION.budget.model_copy(update={"freeze": None}))
    assert {r.type for r in planned.resources if r.custom and not r.type.startswith("pulumi:")} == {
        "aws:budgets/budget:Budget"
    }
    assert set(outputs) == BASE


@pytest.mark.parametrize(
    ("section", "outputs"),
    [
        ("registry", {"buckets", "repositories", "roles", "registry"}),
        ("training", {"queue", "kubeconfig"}),
        ("monitoring", {"alerts"}),
    ],
)
def test_a_section_brings_its_own_outputs_and_no_others(plan, section, outputs):
    _, found = plan(**{**NOTHING, section: getattr(VISION, section)})
    assert set(found) - BASE == outputs


def test_a_namespace_without_endpoints_has_no_addresses(plan):
    _, outputs = plan(**{**NOTHING, "serving": VISION.serving.model_copy(update={"endpoints": ()})})
    assert outputs["endpoints"] == {}


def test_whoever_finds_a_resource_of_the_team_can_reach_its_owner(plan):
    _, outputs = plan(**NOTHING)
    assert outputs["owner"] == {
        "team": "vision",
        "email": "ml-vision@example.com",
        "chat": "#ml-vision",
        "escalation": "vision-primary",
        "cost_center": "CC-2040",
    }


def test_the_budget_is_told_to_the_topic_once_the_topic_lets_it(plan):
    planned, outputs = plan(**{**NOTHING, "monitoring": VISION.monitoring})
    arn = outputs["alerts"]["topic_arn"]
    budget = planned.one("aws:budgets/budget:Budget")
    assert all(each["subscriberSnsTopicArns"] == [arn] for each in budget.inputs["notifications"])
    assert {"EMAIL", "SNS"} == {
        each["subscriptionType"]
        for each in planned.one("aws:budgets/budgetAction:BudgetAction").inputs["subscribers"]
    }
    policy = planned.one("aws:sns/topicPolicy:TopicPolicy")
    assert policy.urn in budget.depends_on
    for document in (policy.inputs["policy"], planned.one("aws:kms/key:Key").inputs["policy"]):
        assert '"budgets.amazonaws.com"' in document


def test_finance_reads_what_the_budget_says(plan):
    _, outputs = plan()
    assert outputs["budget"] == {
        "limit_usd": "180000.00",
        "approved_ceiling_usd": "215000.00",
        "actual_percent": [50, 80, 100],
        "forecast_percent": [90, 100],
        "cost_center": "CC-2040",
        "cost_tag": {"key": "team", "value": "vision"},
        "budget_name": "paved-vision-prod-monthly",
        "budget_arn": "arn:aws:budgets::111122223333:budget/paved-vision-prod-monthly",
        "freeze": {"approval": "manual", "percent": 95, "spend": "actual"},
    }


def test_money_keeps_its_cents(plan):
    budget = VISION.budget.model_copy(update={"monthly_usd": Decimal("1234.5")})
    planned, outputs = plan(budget=budget)
    assert outputs["budget"]["limit_usd"] == "1234.50"
    assert planned.one("aws:budgets/budget:Budget").inputs["limitAmount"] == "1234.50"


def test_the_team_and_its_ci_read_names_that_are_known_at_plan_time(plan):
    _, outputs = plan()
    assert outputs["buckets"] == {
        "models": "paved-vision-prod-models-111122223333",
        "datasets": "paved-vision-prod-datasets-111122223333",
    }
    assert outputs["roles"]["server"] == "arn:aws:iam::111122223333:role/paved-vision-prod-server"
    assert outputs["alerts"] == {"topic_arn": "arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"}
    assert outputs["repositories"]["finetune"].endswith("/vision-prod/finetune")


def test_an_aws_resource_is_pinned_to_its_account_and_tagged(plan):
    planned, _ = plan()
    provider = planned.one("pulumi:providers:aws")
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["111122223333"]
    assert json.loads(provider.inputs["defaultTags"])["tags"] == {
        "team": "vision",
        "environment": "prod",
        "cost-center": "CC-2040",
        "data-class": "confidential",
        "service": "vision-prod",
    }
    for resource in planned.resources:
        if resource.type.startswith("aws:"):
            assert resource.provider.startswith(provider.urn)


def test_every_kubernetes_object_of_a_stack_names_its_owner(plan):
    planned, _ = plan()
    namespaces = [r for r in planned.resources if is_manifest(r)]
    assert namespaces
    for resource in namespaces:
        labels = resource.inputs["metadata"]["labels"]
        if resource.name == "vision-prod-hub" and resource.inputs["kind"] == "Namespace":
            assert "paved.dev/stack" not in labels and labels["team"] == "vision"
            continue
        assert labels["paved.dev/stack"] == "vision-prod", resource.urn


def test_the_policies_of_the_namespace_follow_from_the_platforms_network(plan):
    planned, _ = plan(platform={**PLATFORM, "network": {**PLATFORM["network"], "vpc_cidr": "10.99.0.0/16"}})
    policy = planned.one(
        "kubernetes:networking.k8s.io/v1:NetworkPolicy", "vision-prod-allow-to-vpc-endpoints"
    )
    assert policy.inputs["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.99.0.0/16"}}]


def test_the_namespace_holds_the_endpoints_and_what_training_is_promised(plan):
    planned, _ = plan()
    hard = planned.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert hard["requests.nvidia.com/gpu"] == str(32 + 8 + 9)
    assert hard["requests.cpu"] == str(24 + 9 * 8 + 4 * 192 + 8 * 12 + 2 * 4)
    assert hard["pods"] == str(250 + 9 + 32 + 8 + 2)


def test_the_pool_without_a_quota_keeps_jobs_out_and_its_endpoint_in(plan):
    planned, _ = plan()
    tainted = {}
    for pool in planned.of(NODE_POOL):
        template = pool.inputs["spec"]["template"]
        tainted[template["metadata"]["labels"]["paved.dev/pool"]] = [
            taint["value"] for taint in template["spec"]["taints"] if taint["key"] == "paved.dev/pool"
        ]
    assert tainted == {"h100": [], "l40s": [], "l40s-serving": ["l40s-serving"]}
    predictor = planned.one(INFERENCE_SERVICE).inputs["spec"]["predictor"]
    assert "l40s-serving" in [each.get("value") for each in predictor["tolerations"]]


def test_a_destroy_ends_the_pods_before_their_nodes(plan):
    planned, _ = plan()
    namespace = planned.one("kubernetes:core/v1:Namespace", "vision-prod")
    pools = {r.urn for r in planned.resources if r.type.endswith(":NodePool")}
    assert len(pools) == 3
    assert pools <= set(namespace.depends_on)


def test_no_pod_can_start_before_its_identity(plan):
    planned, _ = plan()
    for account in ("trainer", "server"):
        name = f"vision-prod-{account}"
        association = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", name)
        assert association.urn in planned.one("kubernetes:core/v1:ServiceAccount", name).depends_on


def test_an_endpoint_loads_no_model_whose_name_only_starts_the_same(plan):
    """KServe lists keys by prefix, so `detector/v1` would take `detector/v10` along."""
    planned, _ = plan()
    endpoint = next(r for r in planned.resources if r.type.endswith(":InferenceService"))
    assert endpoint.inputs["spec"]["predictor"]["model"]["storageUri"].endswith("/2026-11-03/")


def test_an_endpoint_serves_the_teams_models_as_one_who_may_read_them(plan):
    planned, _ = plan()
    endpoint = next(r for r in planned.resources if r.type.endswith(":InferenceService"))
    predictor = endpoint.inputs["spec"]["predictor"]
    assert predictor["serviceAccountName"] == "server"
    assert (
        predictor["model"]["storageUri"]
        == "s3://paved-vision-prod-models-111122223333/defect-detector/2026-11-03/"
    )


def test_state_is_protected_in_prod_and_not_in_dev(plan):
    stateful = ("aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:ecr/repository:Repository")
    for environment, expected in [("prod", True), ("dev", False)]:
        planned, _ = plan(environment=environment)
        assert {r.protect for r in planned.resources if r.type in stateful} == {expected}


def test_an_accelerator_is_queued_for_in_the_platforms_flavor_of_it():
    assert offered({"l40s": "paved-l40s", "h100": "paved-h100"}, "h100", "platform-prod") == "paved-h100"


def test_an_accelerator_that_the_platform_has_no_queue_for_is_refused():
    with pytest.raises(pulumi.RunError, match="`platform-prod` has no queue for `h100`, only for l4, l40s"):
        offered({"l40s": "paved-l40s", "l4": "paved-l4"}, "h100", "platform-prod")


def test_a_pool_with_efa_brings_interfaces_to_queue_and_namespace(plan):
    planned, _ = plan()
    queue = next(r for r in planned.resources if r.type.endswith(":ClusterQueue"))
    [group] = queue.inputs["spec"]["resourceGroups"]
    efas = {flavor["name"]: flavor["resources"][-1]["nominalQuota"] for flavor in group["flavors"]}
    hard = planned.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert group["coveredResources"][-1] == "vpc.amazonaws.com/efa"
    assert efas == {"paved-h100": "128", "paved-l40s": "0"}  # four nodes of 32 interfaces
    assert hard["requests.vpc.amazonaws.com/efa"] == "128"


def test_a_pool_without_efa_brings_no_interfaces_to_queue_or_namespace(plan):
    pools = tuple(pool.model_copy(update={"efa": False}) for pool in VISION.training.pools)
    planned, _ = plan(training=VISION.training.model_copy(update={"pools": pools}))
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
def test_a_teams_nodes_have_its_own_role_where_the_team_is_registered(plan, registered, role):
    nodes = {**PLATFORM["nodes"], "team_role_names": registered}
    planned, _ = plan(platform={**PLATFORM, "nodes": nodes})
    classes = planned.of("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass")
    assert {each.inputs["spec"]["role"] for each in classes} == {role}
