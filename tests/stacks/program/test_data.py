"""The data sections of the sample stacks, as they are planned."""

import json

import pytest

from reference.vocabulary import UNKNOWN

FILE_SYSTEM = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
VOLUME = "kubernetes:core/v1:PersistentVolume"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
POLICY = "aws:iam/rolePolicy:RolePolicy"


@pytest.fixture(scope="module")
def vision(planner):
    return planner.plan("vision-prod")


@pytest.fixture(scope="module")
def ranking(planner):
    return planner.plan("ranking-dev")


def documents(plan, role_suffix, name):
    return [
        json.loads(each.inputs["policy"])["Statement"]
        for each in plan.of(POLICY)
        if each.inputs["name"] == name and each.name.endswith(role_suffix)
    ]


def test_claims_are_in_the_teams_namespace_and_each_has_its_volume(vision):
    claims = {each.inputs["metadata"]["name"]: each.inputs for each in vision.of(CLAIM)}
    assert set(claims) == {"train", "product-images"}
    for name, claim in claims.items():
        assert claim["metadata"]["namespace"] == "vision-prod"
        assert claim["spec"]["volumeName"] == f"vision-prod.{name}"


def test_a_claim_waits_for_the_file_system_and_its_links(vision):
    volume = next(
        each for each in vision.of(VOLUME) if each.inputs["spec"]["csi"]["driver"] == "fsx.csi.aws.com"
    )
    made = {each.urn for each in (*vision.of(FILE_SYSTEM), *vision.of(LINK))}
    assert made <= set(volume.depends_on)
    assert volume.inputs["spec"]["csi"]["volumeHandle"] is UNKNOWN


def test_links_wait_for_the_buckets(vision):
    buckets = {each.urn for each in vision.of("aws:s3/bucket:Bucket")}
    for link in vision.of(LINK):
        assert buckets <= set(link.depends_on)


def test_the_teams_key_lets_file_systems_use_it_for_linked_buckets_alone(vision, ranking):
    def lustre(plan):
        statements = json.loads(plan.one("aws:kms/key:Key").inputs["policy"])["Statement"]
        return [each for each in statements if each["Sid"] == "UsedByLustreThroughS3"]

    [statement] = lustre(vision)
    context = statement["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"]
    assert "arn:aws:s3:::paved-vision-prod-models-111122223333" in context
    assert statement["Condition"]["StringEquals"]["kms:CallerAccount"] == "111122223333"
    assert lustre(ranking) == []


def test_training_is_granted_the_dataset_and_serving_is_not(vision):
    [granted] = documents(vision, "trainer-role-datasets", "datasets")
    resources = {resource for statement in granted for resource in statement["Resource"]}
    bucket = "arn:aws:s3:::paved-foundation-prod-datasets-internal-111122223333"
    assert {bucket, f"{bucket}/product-images/*"} <= resources
    assert documents(vision, "server-role-datasets", "datasets") == []


def test_the_namespace_has_room_for_its_claims(vision):
    quota = vision.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert quota["requests.storage"] == f"{2000 + 4800 + 1}Gi"


def test_scratch_files_leave_the_models_bucket_for_good(vision):
    rules = {
        rule["id"]: rule
        for each in vision.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        for rule in each.inputs["rules"]
    }
    assert rules["scratch"]["filter"]["prefix"] == "scratch/"
    assert rules["scratch"]["expiration"]["days"] == 30
    assert rules["scratch"]["noncurrentVersionExpiration"]["noncurrentDays"] == 1


def test_a_team_reads_where_its_volumes_are(vision, ranking):
    assert vision.outputs["volumes"]["train"]["throughput_mbps"] == 1200
    assert ranking.outputs["volumes"]["clicks"]["source"].endswith("/click-logs/sessions/")


def test_drivers_come_with_the_foundation_that_asks_for_them(planner):
    def drivers(name):
        addons = {each.inputs["addonName"] for each in planner.plan(name).of("aws:eks/addon:Addon")}
        return addons & {"aws-fsx-csi-driver", "aws-mountpoint-s3-csi-driver"}

    assert drivers("foundation-prod") == {"aws-fsx-csi-driver", "aws-mountpoint-s3-csi-driver"}
    assert drivers("foundation-risk") == set()


def test_the_driver_of_mounts_has_no_role_and_that_of_lustre_reads_only(planner):
    addons = {
        each.inputs["addonName"]: each for each in planner.plan("foundation-prod").of("aws:eks/addon:Addon")
    }
    assert "podIdentityAssociations" not in addons["aws-mountpoint-s3-csi-driver"].inputs
    [association] = addons["aws-fsx-csi-driver"].inputs["podIdentityAssociations"]
    assert association["serviceAccount"] == "fsx-csi-controller-sa"
    [statements] = documents(planner.plan("foundation-prod"), "aws-fsx-csi-driver-role-addon", "addon")
    assert [each["Action"] for each in statements] == [["fsx:DescribeFileSystems"]]
