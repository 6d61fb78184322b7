"""The data sections of the sample stacks, as they are planned."""

import copy
import json
from dataclasses import replace

import pytest

from reference.vocabulary import UNKNOWN

FILE_SYSTEM = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
VOLUME = "kubernetes:core/v1:PersistentVolume"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
JOB = "kubernetes:batch/v1:Job"
POLICY = "aws:iam/rolePolicy:RolePolicy"
SAMPLES = ("ranking-dev", "risk-prod", "vision-prod")


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
    own = {name: claim for name, claim in claims.items() if claim["metadata"]["namespace"] == "vision-prod"}
    homes = {"notebook-ines", "notebook-tom"}  # of disks that come with the first pod
    assert set(own) == {"train", "product-images", *homes}
    for name in set(own) - homes:
        claim = own[name]
        assert claim["spec"]["volumeName"] == f"vision-prod.{name}"


def test_a_claim_waits_for_the_file_system_and_its_links(vision):
    volumes = [
        each for each in vision.of(VOLUME) if each.inputs["spec"]["csi"]["driver"] == "fsx.csi.aws.com"
    ]
    made = {each.urn for each in (*vision.of(FILE_SYSTEM), *vision.of(LINK))}
    assert len(volumes) == 2
    for volume in volumes:
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
    assert quota["requests.storage"] == f"{2000 + 4800 + 1 + 2 * 50}Gi"


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


def read_only_for_good(plan):
    """The file systems that pods mount to write in, and that no Job has given to the team before they are mounted."""
    claims = {each.inputs["metadata"]["name"]: each for each in plan.of(CLAIM)}
    mounted = [each for each in plan.of(VOLUME) if is_writable_lustre(each)]
    givers = {}
    for job in plan.of(JOB):
        [volume] = job.inputs["spec"]["template"]["spec"]["volumes"]
        claim = claims[volume["persistentVolumeClaim"]["claimName"]]
        if claim.urn in job.depends_on and {"/work"} <= set(
            job.inputs["spec"]["template"]["spec"]["containers"][0]["command"]
        ):
            givers[claim.inputs["spec"]["volumeName"]] = job.urn
    lost = set()
    for volume in mounted:
        if volume.inputs["metadata"]["name"] in givers:
            continue
        given = {
            givers[each.inputs["metadata"]["name"]]
            for each in mounted
            if each.inputs["metadata"]["name"] in givers and shows(each) == shows(volume)
        }
        if not given & set(volume.depends_on):
            lost.add(volume.name)
    return lost


def is_writable_lustre(volume):
    spec = volume.inputs["spec"]
    return spec["csi"]["driver"] == "fsx.csi.aws.com" and spec["accessModes"] == ["ReadWriteMany"]


def shows(volume):
    """The file system of a volume, which is the one that its links and its address come from."""
    return tuple(each for each in volume.property_dependencies["spec"] if FILE_SYSTEM in each)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_file_system_is_given_to_its_team_before_a_pod_mounts_it(name, planner):
    assert read_only_for_good(planner.plan(name)) == set()


def changed(plan, kind, **changes):
    """The plan with changes to every resource of a kind."""
    resources = [replace(each, **changes) if each.type == kind else each for each in plan.resources]
    return replace(plan, resources=tuple(resources))


def test_a_file_system_without_its_job_is_found(vision):
    without = [each for each in vision.resources if each.type != JOB]
    assert read_only_for_good(replace(vision, resources=tuple(without))) == {
        "vision-prod-train-volume",
        "vision-prod-train-hand-over-volume",
    }


def test_a_claim_that_does_not_wait_for_the_job_is_found(vision):
    assert read_only_for_good(changed(vision, VOLUME, depends_on=())) == {"vision-prod-train-volume"}


def test_a_job_that_does_not_wait_for_its_volume_is_found(vision):
    assert "vision-prod-train-volume" in read_only_for_good(changed(vision, JOB, depends_on=()))


def test_a_job_that_gives_nothing_is_found(vision):
    job = copy.deepcopy(dict(vision.one(JOB).inputs))
    job["spec"]["template"]["spec"]["containers"][0]["command"] = ["true"]
    assert "vision-prod-train-volume" in read_only_for_good(changed(vision, JOB, inputs=job))


def test_what_a_team_reads_is_not_given_to_it(vision):
    """Its own datasets, and shared ones without `access: write`, stay root's: only links that export are written in."""
    command = vision.one(JOB).inputs["spec"]["template"]["spec"]["containers"][0]["command"]
    assert command[4:] == ["/work", "/checkpoints"]
    assert vision.outputs["volumes"]["train"]["writable"] == ["/work", "/checkpoints"]
    [shared] = [
        each for each in vision.of(VOLUME) if each.inputs["spec"]["csi"]["driver"] == "s3.csi.aws.com"
    ]
    assert shared.inputs["spec"]["accessModes"] == ["ReadOnlyMany"]


def test_the_job_is_where_no_policy_of_teams_looks(vision, planner):
    namespace = vision.one(JOB).inputs["metadata"]["namespace"]
    [made] = [
        each
        for each in planner.plan("platform-prod").of("kubernetes:core/v1:Namespace")
        if each.inputs["metadata"]["name"] == namespace
    ]
    labels = made.inputs["metadata"]["labels"]
    assert "paved.dev/stack" not in labels
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"
    for policy in planner.plan("platform-prod").of(
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
    ):
        match = policy.inputs["spec"]["matchConstraints"]
        of_namespaces = match["resourceRules"][0]["resources"] == ["namespaces"]
        assert of_namespaces or "paved.dev/stack" in json.dumps(match["namespaceSelector"])
