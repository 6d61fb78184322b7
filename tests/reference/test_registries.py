import pytest

from reference.registries import is_of_account

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
