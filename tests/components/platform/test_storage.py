import pytest

from components.platform.storage import Storage, StorageArgs, tag_parameters

KEY = "arn:aws:kms:us-east-1:111122223333:alias/volumes"


@pytest.fixture
def storage_class(plan_program):
    args = StorageArgs(volumes_key_arn=KEY, labels={"team": "platform"}, tags={"team": "platform"})
    return plan_program(lambda: Storage("storage", args)).one("kubernetes:storage.k8s.io/v1:StorageClass")


def test_a_claim_without_a_class_gets_an_encrypted_volume(storage_class):
    inputs = storage_class.inputs
    annotations = inputs["metadata"]["annotations"]
    assert annotations == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert (inputs["parameters"]["encrypted"], inputs["parameters"]["kmsKeyId"]) == ("true", KEY)


def test_a_volume_is_created_in_the_zone_of_its_pod(storage_class):
    assert storage_class.inputs["volumeBindingMode"] == "WaitForFirstConsumer"


def test_a_volume_carries_the_tags_of_the_stack(storage_class):
    assert storage_class.inputs["parameters"]["tagSpecification_team"] == "team=platform"


def test_every_tag_has_a_parameter_of_its_own():
    assert tag_parameters({"b": "2", "a": "1"}) == {"tagSpecification_a": "a=1", "tagSpecification_b": "b=2"}
