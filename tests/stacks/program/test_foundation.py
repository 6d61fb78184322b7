import json

import pulumi
import pytest

from paved.plan.typed_inputs import input_problems
from reference.releases import release
from reference.vocabulary import UNKNOWN
from stacks.checks.folder import checked_file
from stacks.program.foundation import build_foundation
from stacks.program.stack_references import contract
from tests.conftest import STACKS
from tests.stacks.program.plans import needs

SAMPLES = ("foundation-dev", "foundation-prod", "foundation-risk")

ADDON = "aws:eks/addon:Addon"
CLUSTER = "aws:eks/cluster:Cluster"
KEY = "aws:kms/key:Key"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
BUCKET = "aws:s3/bucket:Bucket"
VAULT = "aws:backup/vault:Vault"
WORKSPACE = "aws:amp/workspace:Workspace"
STATEFUL = (CLUSTER, KEY, LOG_GROUP, "aws:ec2/vpc:Vpc", "aws:ecr/repository:Repository")


def sample(name):
    return checked_file(STACKS / f"Pulumi.{name}.yaml").stack


@pytest.fixture(scope="module")
def samples():
    """The plans of the sample stacks, each made once: a plan is never changed."""
    return {}


@pytest.fixture
def plan_foundation(plan_program, samples):
    def run(name, stack):
        def program():
            for key, value in build_foundation(name, stack).items():
                pulumi.export(key, value)

        return plan_program(program, stack=name)

    def plan(name, stack=None):
        if stack is None and name not in samples:
            samples[name] = run(name, sample(name))
        return run(name, stack) if stack else samples[name]

    return plan


@pytest.fixture
def prod(plan_foundation):
    return plan_foundation("foundation-prod")


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_foundation_is_made_of(plan_foundation, golden, name):
    listing = [
        f"{resource.urn.split('::', 2)[2]}{' (protected)' if resource.protect else ''}\n"
        for resource in plan_foundation(name).resources
    ]
    golden(f"stacks/{name}.txt", "".join(listing))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_input_is_one_the_provider_knows(plan_foundation, name):
    found = [
        f"{resource.urn}: {problem}"
        for resource in plan_foundation(name).resources
        for problem in input_problems(resource.type, resource.inputs)
    ]
    assert not found


def test_every_aws_resource_lands_in_the_stacks_own_account(prod):
    [provider] = prod.of("pulumi:providers:aws")
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["111122223333"]
    assert provider.inputs["region"] == "us-east-1"
    customs = [r for r in prod.resources if r.custom and r.type.startswith("aws:")]
    assert customs
    assert {resource.provider for resource in customs} == {provider.urn}


def test_every_aws_resource_belongs_to_a_component(prod):
    for resource in prod.resources:
        if resource.type.startswith("aws:"):
            assert prod.by_urn[resource.parent].type.startswith("paved:"), resource.urn


def test_outputs_are_what_the_contract_says(prod):
    assert prod.outputs["contract"] == contract("foundation")
    assert prod.outputs["account"] == {"id": "111122223333", "region": "us-east-1", "partition": "aws"}
    assert set(prod.outputs["network"]) == {
        "vpc_id",
        "vpc_cidr",
        "private_subnet_ids",
        "private_subnets",
        "zones",
        "private_mlflow",
    }
    assert prod.outputs["cluster"] == {
        "name": "paved-foundation-prod",
        "kubernetes_version": "1.35",
        "endpoint": UNKNOWN,
        "certificate_authority": UNKNOWN,
        "security_group_id": UNKNOWN,
        "node_role_name": "paved-foundation-prod-karpenter-node",
        "team_node_role_names": {"vision": "paved-foundation-prod.node-vision"},
        "provisioner_role_name": "paved-foundation-prod-karpenter",
        "interruption_queue_name": "paved-foundation-prod-interruptions",
        "volumes_key_arn": "arn:aws:kms:us-east-1:111122223333:alias/paved-foundation-prod-volumes",
    }
    assert prod.outputs["registry"] == {
        "host": "111122223333.dkr.ecr.us-east-1.amazonaws.com",
        "upstreams": ["docker.io", "ghcr.io", "nvcr.io", "public.ecr.aws", "quay.io", "registry.k8s.io"],
    }
    assert prod.outputs["kubeconfig"] is UNKNOWN
    assert prod.outputs["identity"] == {
        "team_boundary_arn": "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary",
        "ci": {"issuer": "https://token.actions.githubusercontent.com", "audience": "sts.amazonaws.com"},
    }


def test_nodes_come_after_what_they_boot_with(prod):
    before = needs(prod, prod.one(NODE_GROUP))
    for addon in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent"):
        assert prod.one(ADDON, f"foundation-prod-base-{addon}").urn in before
    for zone in ("use1-az2", "use1-az4", "use1-az6"):
        assert prod.one("aws:ec2/route:Route", f"foundation-prod-egress-private-{zone}").urn in before


def test_nodes_are_drained_before_their_way_out_goes(prod):
    """A resource is destroyed before those that it needs."""
    before = needs(prod, prod.one(NODE_GROUP))
    ways = prod.of("aws:ec2/routeTableAssociation:RouteTableAssociation") + prod.of(
        "aws:ec2/vpcEndpoint:VpcEndpoint"
    )
    assert len(ways) > 9
    assert {each.urn for each in ways} <= set(before)


def test_what_runs_on_nodes_comes_after_them(prod):
    nodes = prod.one(NODE_GROUP).urn
    for addon in ("coredns", "aws-ebs-csi-driver", "metrics-server", "eks-node-monitoring-agent"):
        assert nodes in needs(prod, prod.one(ADDON, f"foundation-prod-workload-{addon}"))


def test_each_addon_of_the_release_and_each_driver_is_there_once(prod):
    names = [addon.inputs["addonName"] for addon in prod.of(ADDON)]
    drivers = ["aws-fsx-csi-driver", "aws-mountpoint-s3-csi-driver"]
    expected = [*release("2026.11").addons, *drivers, "aws-guardduty-agent"]
    assert sorted(names) == sorted(expected)


def test_keys_and_logs_come_before_the_cluster(prod):
    before = needs(prod, prod.one(CLUSTER))
    assert prod.one(KEY, "foundation-prod-secrets").urn in before
    assert prod.one(LOG_GROUP, "foundation-prod-logs").urn in before


def test_the_logs_key_serves_just_the_groups_that_exist(prod):
    for key in (prod.one(KEY, f"foundation-prod-{purpose}") for purpose in ("logs", "audit")):
        [used] = [s for s in json.loads(key.inputs["policy"])["Statement"] if s["Sid"] == "UsedByLogs"]
        served = used["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
        groups = {
            g.inputs["name"] for g in prod.of(LOG_GROUP) if g.property_dependencies["kmsKeyId"] == (key.urn,)
        }
        assert {arn.partition("log-group:")[2] for arn in served} == groups != set()


def test_every_log_group_is_encrypted_and_ends(prod):
    for group in prod.of(LOG_GROUP):
        purpose, days = ("audit", 365) if group.name.endswith("-trail-events") else ("logs", 400)
        assert group.property_dependencies["kmsKeyId"] == (prod.one(KEY, f"foundation-prod-{purpose}").urn,)
        assert group.inputs["retentionInDays"] == days


def test_nothing_is_open_to_the_internet(prod):
    assert prod.one(CLUSTER).inputs["vpcConfig"]["endpointPublicAccess"] is False
    rules = prod.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    # The others open a group to a group.
    assert {rule.inputs.get("cidrIpv4") for rule in rules} == {"10.16.0.0/16", None}
    assert all("cidrIpv4" in rule.inputs or "referencedSecurityGroupId" in rule.inputs for rule in rules)


def test_the_control_plane_sits_in_subnets_without_a_way_out(prod):
    subnets = prod.one(CLUSTER).property_dependencies["vpcConfig"]
    assert {urn.rpartition("::")[2] for urn in subnets} == {
        f"foundation-prod-intra-{zone}" for zone in ("use1-az2", "use1-az4", "use1-az6")
    }


def test_nodes_sit_in_private_subnets_of_three_zones(prod):
    subnets = prod.one(NODE_GROUP).property_dependencies["subnetIds"]
    assert {urn.rpartition("::")[2] for urn in subnets} == {
        f"foundation-prod-private-{zone}" for zone in ("use1-az2", "use1-az4", "use1-az6")
    }


@pytest.mark.parametrize(
    ("name", "options"), [("foundation-prod", (WORKSPACE,)), ("foundation-risk", (VAULT,))]
)
def test_what_holds_state_is_protected_in_prod(plan_foundation, name, options):
    plan = plan_foundation(name)
    assert {r.type for r in plan.resources if r.protect} - {BUCKET} == {*STATEFUL, *options}
    assert all(r.protect for kind in (*STATEFUL, BUCKET, VAULT, WORKSPACE) for r in plan.of(kind))
    assert plan.one(CLUSTER).inputs["deletionProtection"] is True


def test_nothing_is_protected_in_dev(plan_foundation):
    plan = plan_foundation("foundation-dev")
    assert not [r for r in plan.resources if r.protect]
    assert plan.one(CLUSTER).inputs["deletionProtection"] is False


def test_a_stack_that_retires_can_be_destroyed(plan_foundation):
    retiring = sample("foundation-prod").model_copy(update={"lifecycle": "retiring"})
    plan = plan_foundation("foundation-prod", retiring)
    assert not [r for r in plan.resources if r.protect]
    assert plan.one(CLUSTER).inputs["deletionProtection"] is False


def test_a_deleted_key_can_be_restored_longer_in_prod(plan_foundation):
    for name, days in (("foundation-prod", 30), ("foundation-dev", 14)):
        assert {key.inputs["deletionWindowInDays"] for key in plan_foundation(name).of(KEY)} == {days}


def test_dev_pays_for_one_nat_gateway(plan_foundation, prod):
    nat = "aws:ec2/natGateway:NatGateway"
    assert (len(plan_foundation("foundation-dev").of(nat)), len(prod.of(nat))) == (1, 3)


def test_a_new_generation_is_another_cluster(plan_foundation):
    stack = sample("foundation-prod")
    renewed = stack.model_copy(update={"cluster": stack.cluster.model_copy(update={"generation": 2})})
    plan = plan_foundation("foundation-prod", renewed)
    name = plan.one(CLUSTER).inputs["name"]
    assert name == plan.outputs["cluster"]["name"] == "paved-foundation-prod-g2"
    assert plan.one("aws:ec2/tag:Tag").inputs["value"] == name
    assert f"/aws/eks/{name}/cluster" in {group.inputs["name"] for group in plan.of(LOG_GROUP)}


def test_a_name_of_forty_letters_still_fits_everywhere(plan_foundation):
    plan = plan_foundation("f" * 40, sample("foundation-prod"))
    assert max(len(role.inputs["name"]) for role in plan.of("aws:iam/role:Role")) <= 64
    assert len(plan.one(NODE_GROUP).inputs["nodeGroupName"]) <= 63
    assert len({role.inputs["name"] for role in plan.of("aws:iam/role:Role")}) == len(
        plan.of("aws:iam/role:Role")
    )


def test_the_deploy_role_and_the_named_roles_enter_and_nobody_else(prod):
    people = [e for e in prod.of("aws:eks/accessEntry:AccessEntry") if e.inputs["type"] == "STANDARD"]
    assert {entry.inputs["principalArn"].rpartition("/")[2] for entry in people} == {
        "paved-deploy",
        "platform-oncall",
        "security-audit",
    }


def test_no_policy_allows_every_action_of_a_service(prod):
    policies = [r.inputs["policy"] for r in prod.of("aws:iam/rolePolicy:RolePolicy")]
    statements = [s for policy in policies for s in json.loads(policy)["Statement"]]
    assert not [a for s in statements for a in s["Action"] if a.partition(":")[2] == "*"]


def test_no_managed_policy_is_an_administrators(prod):
    attached = prod.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert {a.inputs["policyArn"].rpartition("/")[2] for a in attached} == {
        "AmazonEBSCSIDriverPolicyV2",
        "AmazonEKSClusterPolicy",
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonSSMManagedInstanceCore",
    }


def test_roles_are_trusted_by_aws_services_alone(prod):
    for role in prod.of("aws:iam/role:Role"):
        for statement in json.loads(role.inputs["assumeRolePolicy"])["Statement"]:
            assert list(statement["Principal"]) == ["Service"], role.name


def test_a_member_account_makes_no_monitor_that_would_be_refused(plan_foundation):
    stack = sample("foundation-prod")
    member = stack.model_copy(update={"guardrails": stack.guardrails.model_copy(update={"anomalies": None})})
    made = {r.type for r in plan_foundation("foundation-prod", member).resources}
    assert not [type for type in made if "costexplorer" in type or "cloudcontrol" in type]
