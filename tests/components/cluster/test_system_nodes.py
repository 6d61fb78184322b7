import pytest

from components.account import Account
from components.cluster.node_roles import SharedImages
from components.cluster.system_nodes import SystemNodes, SystemNodesArgs, ami_type
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
TAGS = {"team": "platform", "cost-center": "CC-1001"}


def volumes_key():
    return EncryptionKey(
        "volumes",
        EncryptionKeyArgs(
            account=ACCOUNT,
            alias="paved-foundation-prod-volumes",
            description="Volumes",
            policy=key_policy(ACCOUNT),
            deletion_window_days=30,
            protect=True,
        ),
    )


def nodes():
    return SystemNodes(
        "system",
        SystemNodesArgs(
            account=ACCOUNT,
            name="paved-foundation-prod-system",
            role_name="paved-foundation-prod-system-node",
            cluster_name="paved-foundation-prod",
            kubernetes_version="1.35",
            subnet_ids=["subnet-1", "subnet-2", "subnet-3"],
            instance_types=("m7i.xlarge", "m7i.2xlarge"),
            min_nodes=3,
            max_nodes=6,
            disk_gib=100,
            volumes_key=volumes_key(),
            tags=TAGS,
            shared_images=SharedImages(prefixes=("shared/",)),
        ),
    )


@pytest.fixture
def planned(plan_program):
    return plan_program(nodes)


@pytest.fixture
def template(planned):
    return planned.one("aws:ec2/launchTemplate:LaunchTemplate").inputs


@pytest.fixture
def group(planned):
    return planned.one("aws:eks/nodeGroup:NodeGroup").inputs


def test_plan_matches_golden(planned, golden):
    golden("components/system_nodes.json", planned.as_json()["resources"])


def test_metadata_takes_a_token_and_stays_on_the_node(template):
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


def test_disks_are_encrypted_with_the_volumes_key(planned, template):
    [disk] = template["blockDeviceMappings"]
    assert disk["ebs"] == {
        "volumeType": "gp3",
        "volumeSize": 100,
        "encrypted": "true",
        "deleteOnTermination": "true",
        "kmsKeyId": "arn:aws:kms:us-east-1:111122223333:alias/paved-foundation-prod-volumes",
    }
    alias = planned.one("aws:kms/alias:Alias")
    assert alias.urn in planned.one("aws:ec2/launchTemplate:LaunchTemplate").depends_on


@pytest.mark.parametrize("kind", ["instance", "volume", "network-interface"])
def test_what_a_node_starts_carries_the_cost_tags(template, kind):
    [tags] = [s["tags"] for s in template["tagSpecifications"] if s["resourceType"] == kind]
    assert tags.items() >= TAGS.items()


def test_nodes_are_spread_on_demand_and_mended(group):
    assert group["subnetIds"] == ["subnet-1", "subnet-2", "subnet-3"]
    assert group["capacityType"] == "ON_DEMAND"
    assert group["nodeRepairConfig"] == {"enabled": True}
    assert group["scalingConfig"] == {"minSize": 3, "desiredSize": 3, "maxSize": 6}


def test_controllers_without_tolerations_can_run_here(group):
    assert "taints" not in group
    assert group["labels"] == {"paved.dev/pool": "system"}


def test_nodes_hold_no_permission_of_an_add_on(planned):
    attached = planned.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert {a.inputs["policyArn"].rpartition("/")[2] for a in attached} == {
        "AmazonEKSWorkerNodePolicy",
        "AmazonSSMManagedInstanceCore",
    }


def test_nodes_come_after_the_permissions_they_join_with(planned):
    group = planned.one("aws:eks/nodeGroup:NodeGroup")
    attached = planned.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert all(attachment.urn in group.depends_on for attachment in attached)


def test_the_image_fits_the_processor():
    assert ami_type(["m7i.xlarge"]) == "AL2023_x86_64_STANDARD"
    assert ami_type(["m7g.xlarge"]) == "AL2023_ARM_64_STANDARD"


@pytest.mark.parametrize(
    ("types", "message"),
    [
        (["m7i.xlarge", "m7g.xlarge"], "must share one architecture, got m7i.xlarge, m7g.xlarge"),
        (["g6.xlarge"], "run no accelerated work, got g6.xlarge"),
        (["m9z.huge"], "m9z.huge is not an instance type"),
    ],
)
def test_types_that_do_not_fit_are_refused(types, message):
    with pytest.raises(ValueError, match=message):
        ami_type(types)
