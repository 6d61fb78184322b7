"""An account is asked each question once, and each refusal is taken for what it is."""

import pytest
from botocore.exceptions import ClientError, UnauthorizedSSOTokenError

from paved.aws.reading.account import AccountReader, Denied, NotFound, NotSimulated
from paved.errors import BadInput


def refusing(code, message="", operation="GetBucketPolicy"):
    class Client:
        calls = 0

        def get_bucket_policy(self, **_):
            Client.calls += 1
            raise ClientError({"Error": {"Code": code, "Message": message}}, operation)

    return Client(), AccountReader(lambda service, region: Client())


def asked(account):
    return account.ask("s3.GetBucketPolicy", "us-east-1", Bucket="models")


@pytest.mark.parametrize(
    "code",
    [
        "NoSuchBucketPolicy",
        "NoSuchEntity",
        "404",
        "ResourceNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "InvalidGroup.NotFound",
        "InvalidPlacementGroup.Unknown",
    ],
)
def test_what_is_not_there_is_absent(code):
    with pytest.raises(NotFound):
        asked(refusing(code)[1])


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"])
def test_what_is_denied_names_the_action(code):
    with pytest.raises(Denied) as caught:
        asked(refusing(code)[1])
    assert caught.value.action == "s3:GetBucketPolicy"


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalError", "UnknownOperationException"])
def test_a_refusal_for_another_reason_asks_for_no_permission(code):
    with pytest.raises(Denied) as caught:
        asked(refusing(code)[1])
    assert caught.value.action is None
    assert caught.value.reason == code


def test_a_call_that_the_simulator_lacks_is_not_simulated():
    with pytest.raises(NotSimulated):
        asked(refusing("404", "Not yet implemented")[1])


def test_a_question_is_asked_once():
    client, account = refusing("NoSuchBucketPolicy")
    for _ in range(3):
        with pytest.raises(NotFound):
            asked(account)
    assert client.calls == 1


def test_a_session_that_has_ended_is_told_with_what_to_do():
    class Client:
        def get_bucket_policy(self, **_):
            raise UnauthorizedSSOTokenError

    with pytest.raises(BadInput, match="UnauthorizedSSOTokenError") as caught:
        asked(AccountReader(lambda service, region: Client()))
    assert "log in again" in caught.value.hint


def test_a_call_outside_the_permissions_is_a_defect():
    with pytest.raises(KeyError):
        AccountReader(lambda service, region: None).ask("s3.DeleteBucket", "us-east-1", Bucket="models")


def test_who_watches_hears_of_each_call_once():
    class Client:
        def get_bucket_policy(self, **_):
            return {}

    heard = []
    account = AccountReader(lambda service, region: Client(), heard.append)
    asked(account)
    asked(account)
    assert heard == ["s3.GetBucketPolicy  us-east-1"]
