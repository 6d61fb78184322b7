import pytest

from reference.registries import (
    EKS_ADDONS,
    addons_registry,
    is_of_account,
    is_whole,
    pulled_name,
    upstream_name,
)

ACCOUNT = "111122223333"


@pytest.mark.parametrize(
    "host",
    [
        "111122223333.dkr.ecr.us-east-1.amazonaws.com",
        "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com",
        "111122223333.dkr-ecr.us-east-1.on.aws",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn",
    ],
)
def test_a_registry_of_the_account_is_known_by_each_of_its_names(host):
    assert is_of_account(f"{host}/vision-prod/finetune:1", ACCOUNT)
    assert is_of_account(f"{host}/", ACCOUNT)
    assert not is_of_account(f"{host}/a", "444455556666")


@pytest.mark.parametrize(
    "image", ["nvcr.io/nvidia/", "444455556666.dkr.ecr.us-east-1.amazonaws.com/111122223333.dkr.x"]
)
def test_other_registries_are_not_the_accounts(image):
    assert not is_of_account(image, ACCOUNT)


HOST = "111122223333.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("quay.io/kuberay/operator", f"{HOST}/upstream/quay.io/kuberay/operator"),
        ("quay.io", f"{HOST}/upstream/quay.io"),
        ("nvcr.io/nvidia/tritonserver", "nvcr.io/nvidia/tritonserver"),
        (f"{EKS_ADDONS}/eks/plugin", "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/plugin"),
    ],
)
def test_an_image_is_pulled_from_the_registry_that_holds_it(image, name):
    assert pulled_name(image, registry=HOST, upstreams=["quay.io"], region="us-east-1") == name


@pytest.mark.parametrize(
    ("region", "account"),
    [
        ("af-south-1", "877085696533"),
        ("eu-south-1", "590381155156"),
        ("mx-central-1", "730335286997"),
        ("eu-west-1", "602401143452"),
    ],
)
def test_add_ons_are_of_another_account_in_some_regions(region, account):
    assert addons_registry(region) == f"{account}.dkr.ecr.{region}.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (f"{HOST}/upstream/nvcr.io/nvidia/tritonserver", "nvcr.io/nvidia/tritonserver"),
        (f"{HOST}/vision-prod/finetune", f"{HOST}/vision-prod/finetune"),
        (f"{HOST}.example.com/upstream/nvcr.io/a", f"{HOST}.example.com/upstream/nvcr.io/a"),
        (
            "444455556666.dkr.ecr.us-east-1.amazonaws.com/upstream/a",
            "444455556666.dkr.ecr.us-east-1.amazonaws.com/upstream/a",
        ),
    ],
)
def test_a_copy_has_the_name_of_what_it_copies(image, name):
    assert upstream_name(image, ACCOUNT) == name


DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    "image",
    [
        "nvcr.io/nvidia/pytorch:25.10-py3",
        f"quay.io/a/b__c.d-e@{DIGEST}",
        f"ghcr.io/x:1@{DIGEST}",
        "localhost:5000/x:v1",
        "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/train:1_a.b",
    ],
)
def test_a_reference_with_its_registry_and_a_version_is_whole(image):
    assert is_whole(image)


@pytest.mark.parametrize(
    "image",
    [
        *("train:1", "team/train:1", "quay.io/train", "quay.io/train:", f"quay.io/train@{DIGEST[:-1]}"),
        *("quay.io/Train:1", "quay.io/a b:1", "quay.io//a:1", "quay.io/a:1;rm", "quay.io/a:1\n", ""),
        *("quay.io/a:\u0661", "../quay.io/a:1", f"quay.io/{'a' * 250}:1", f"quay.io/a:{'1' * 129}"),
    ],
)
def test_any_other_text_is_no_whole_reference(image):
    assert not is_whole(image)
