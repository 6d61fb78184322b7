"""The default storage class, whose driver renders the tags of each volume by its claim."""

import shutil
import subprocess

import pytest

from components.platform.storage import Storage, StorageArgs, tag_parameters
from reference.tags import TAG_KEYS

KEY = "arn:aws:kms:us-east-1:111122223333:alias/volumes"


@pytest.fixture
def storage_class(plan_program):
    tags = {"team": "platform"}
    args = StorageArgs(volumes_key_arn=KEY, environment="prod", labels=tags, tags=tags)
    return plan_program(lambda: Storage("storage", args)).one("kubernetes:storage.k8s.io/v1:StorageClass")


def test_a_claim_without_a_class_gets_an_encrypted_volume(storage_class):
    inputs = storage_class.inputs
    annotations = inputs["metadata"]["annotations"]
    assert annotations == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert (inputs["parameters"]["encrypted"], inputs["parameters"]["kmsKeyId"]) == ("true", KEY)


def test_a_volume_is_created_in_the_zone_of_its_pod(storage_class):
    assert storage_class.inputs["volumeBindingMode"] == "WaitForFirstConsumer"


TAGS = {
    "cost-center": "CC-1001",
    "data-class": "internal",
    "environment": "prod",
    "service": "platform-prod",
    "team": "platform",
}


def rendered(value, namespace):
    """A tag as Go's own templates render it for a claim of a namespace."""
    template = value.replace(".PVCNamespace", ".metadata.namespace")
    made = ["kubectl", "create", "configmap", "x", "-n", namespace, "--dry-run=client"]
    found = subprocess.run(
        [*made, "-o", f"go-template={template}"], capture_output=True, text=True, check=True
    )
    return found.stdout


def test_every_tag_of_the_platform_has_a_parameter_of_its_own(storage_class):
    assert sorted(TAGS) == sorted(TAG_KEYS)
    assert list(tag_parameters(TAGS, "prod")) == [f"tagSpecification_{key}" for key in sorted(TAGS)]
    assert storage_class.inputs["parameters"]["tagSpecification_team"].startswith("team={{ if and ")


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl renders the templates")
@pytest.mark.parametrize(
    ("namespace", "team"),
    [
        ("vision-prod", "vision"),
        ("vision-product-prod", "vision-product"),
        ("a-prod", "a"),
        ("monitoring", None),
        ("prod", None),
        ("xprod", None),
        ("vision-prod-x", None),
        ("kueue-system", None),
        ("a", None),
    ],
)
def test_a_volume_is_of_the_team_that_claimed_it(namespace, team):
    shown = {
        key.removeprefix("tagSpecification_"): rendered(value.partition("=")[2], namespace)
        for key, value in tag_parameters(TAGS, "prod").items()
    }
    of_team = {"cost-center": "", "data-class": "", "environment": "prod", "service": namespace, "team": team}
    assert shown == (of_team if team else TAGS)
