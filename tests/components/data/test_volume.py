import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.volume import Volume, VolumeArgs, volume_name
from components.data.volume_sources import BucketView, mountpoint_source
from stacks.schema.base import SLUG

VOLUME = "kubernetes:core/v1:PersistentVolume"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
VIEW = BucketView(
    bucket="paved-foundation-prod-datasets-internal-111122223333",
    prefix="product-images/",
    region="us-east-1",
    writable=False,
    cache_gib=100,
)

ARGS = {
    "volume": "vision-prod.product-images",
    "claim": "product-images",
    "namespace": "vision-prod",
    "storage_gib": 1,
    "labels": {"team": "vision"},
}


@pytest.fixture
def plan(plan_program):
    def run(**changes):
        def program():
            source = mountpoint_source("vision-prod.product-images", BucketView(**{**vars(VIEW), **changes}))
            Volume("product-images", VolumeArgs(**ARGS, source=source))

        return plan_program(program)

    return run


def test_plan_matches_golden(plan, golden):
    golden("components/volume.json", plan().as_json()["resources"])


def test_a_volume_is_reserved_for_its_claim_and_outlives_it(plan):
    spec = plan().one(VOLUME).inputs["spec"]
    reserved = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "name": "product-images",
        "namespace": "vision-prod",
    }
    assert spec["claimRef"] == reserved
    assert spec["persistentVolumeReclaimPolicy"] == "Retain"


def test_volume_and_claim_name_each_other_and_no_storage_class(plan):
    planned = plan()
    volume, claim = planned.one(VOLUME), planned.one(CLAIM)
    assert claim.inputs["spec"]["volumeName"] == volume.inputs["metadata"]["name"]
    assert volume.inputs["spec"]["storageClassName"] == claim.inputs["spec"]["storageClassName"] == ""
    assert volume.inputs["spec"]["accessModes"] == claim.inputs["spec"]["accessModes"]
    assert volume.urn in claim.depends_on


def test_a_mount_acts_as_the_pod_and_only_reads(plan):
    spec = plan().one(VOLUME).inputs["spec"]
    assert spec["csi"]["volumeAttributes"]["authenticationSource"] == "pod"
    assert spec["accessModes"] == ["ReadOnlyMany"]
    assert spec["mountOptions"] == [
        "allow-other",
        "region us-east-1",
        "read-only",
        "prefix product-images/",
    ]


def test_a_writable_mount_says_so(plan):
    spec = plan(writable=True).one(VOLUME).inputs["spec"]
    assert spec["accessModes"] == ["ReadWriteMany"]
    assert "read-only" not in spec["mountOptions"]


def test_a_cache_has_a_limit_and_none_is_there_unless_asked_for(plan):
    cached, plain = (
        plan(cache_gib=gib).one(VOLUME).inputs["spec"]["csi"]["volumeAttributes"] for gib in (100, 0)
    )
    assert (cached["cache"], cached["cacheEmptyDirSizeLimit"]) == ("emptyDir", "100Gi")
    assert "cache" not in plain


def test_a_whole_bucket_has_no_prefix(plan):
    assert not [
        option
        for option in plan(prefix="").one(VOLUME).inputs["spec"]["mountOptions"]
        if option.startswith("prefix")
    ]


slugs = st.from_regex(SLUG, fullmatch=True).filter(lambda slug: len(slug) <= 30)


@given(slugs, slugs, slugs, slugs)
def test_two_claims_never_have_one_volume(stack, claim, other_stack, other_claim):
    same = (stack, claim) == (other_stack, other_claim)
    assert (volume_name(stack, claim) == volume_name(other_stack, other_claim)) is same
