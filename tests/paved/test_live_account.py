"""What is wrong with an AWS configuration is the user's to mend, and said so."""

import pytest

from paved.errors import BadInput
from paved.live_account import LiveAccount


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def test_a_profile_that_is_missing_is_named_wherever_it_was_named(monkeypatch):
    with pytest.raises(BadInput, match="The config profile \\(given\\) could not be found"):
        LiveAccount("given")
    monkeypatch.setenv("AWS_PROFILE", "of-the-shell")
    with pytest.raises(BadInput, match="The config profile \\(of-the-shell\\) could not be found"):
        LiveAccount()


def test_a_configuration_that_is_garbage_is_no_defect_of_paved(tmp_path):
    (tmp_path / "config").write_text("[[garbage")
    with pytest.raises(BadInput, match="the AWS configuration is of no use: Unable to parse config file"):
        LiveAccount()


def test_an_endpoint_that_is_none_is_no_defect_of_paved(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere")
    account = LiveAccount()
    with pytest.raises(BadInput, match="Invalid endpoint: nowhere") as refused:
        account.client("sts", "us-east-1")
    assert "AWS_PROFILE" in str(refused.value.hint)
