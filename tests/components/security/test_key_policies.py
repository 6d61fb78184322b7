import json

from components.account import Account
from components.security.key_policies import (
    closed_to_other_pods,
    key_policy,
    used_by_budgets,
    used_by_logs,
    used_by_lustre,
    used_through,
)
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="eu-central-1", partition="aws")
CHINA = Account(id="111122223333", region="cn-north-1", partition="aws-cn")


def statements(*given):
    return {each["Sid"]: each for each in json.loads(key_policy(ACCOUNT, *given))["Statement"]}


def test_every_key_can_be_administered_by_its_account():
    """KMS refuses nothing here: a key that nobody may administer stays for ever."""
    administration = statements()["AdministeredByAccount"]
    assert administration["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert administration["Action"] == ["kms:*"]


def test_anyone_means_anyone_of_this_account_through_one_service():
    used = statements(used_through(ACCOUNT, "ec2"))["UsedThroughEc2"]
    assert used["Principal"] == {"AWS": "*"}
    assert used["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": "111122223333",
            "kms:ViaService": "ec2.eu-central-1.amazonaws.com",
        }
    }


def test_volumes_need_grants():
    assert "kms:CreateGrant" in used_through(ACCOUNT, "ec2")["Action"]


def test_logs_may_use_the_key_for_the_named_groups_alone():
    used = statements(used_by_logs(ACCOUNT, "/paved/b", "/paved/a"))["UsedByLogs"]
    assert used["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    assert used["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": [
                "arn:aws:logs:eu-central-1:111122223333:log-group:/paved/a",
                "arn:aws:logs:eu-central-1:111122223333:log-group:/paved/b",
            ]
        }
    }


def test_services_of_another_partition_bear_its_domain():
    assert used_by_logs(CHINA, "/paved/a")["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}


def test_no_statement_is_open_to_the_world():
    for each in statements(used_through(ACCOUNT, "ec2"), used_by_logs(ACCOUNT, "/a")).values():
        assert each["Principal"] != "*"
        assert each["Principal"] != {"AWS": "*"} or "kms:CallerAccount" in each["Condition"]["StringEquals"]


def test_budgets_use_a_key_for_their_own_account_alone():
    used = statements(used_by_budgets(ACCOUNT))["UsedByBudgets"]
    assert used["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert used["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert used["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:budgets::111122223333:*"},
        "StringEquals": {"aws:SourceAccount": "111122223333"},
    }


def test_file_systems_alone_use_a_key_for_their_buckets_through_s3():
    used = statements(used_by_lustre(ACCOUNT, ["b", "a"]))["UsedByLustreThroughS3"]
    condition = used["Condition"]
    assert used["Principal"] == {"AWS": "*"}
    assert condition["ArnLike"] == {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role/"
        "s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-*"
    }
    assert condition["StringEquals"] == {
        "kms:CallerAccount": "111122223333",
        "kms:ViaService": "s3.eu-central-1.amazonaws.com",
    }
    assert condition["StringLike"] == {
        "kms:EncryptionContext:aws:s3:arn": [
            "arn:aws:s3:::a",
            "arn:aws:s3:::b",
            "arn:aws:s3:::a/*",
            "arn:aws:s3:::b/*",
        ]
    }


def test_a_key_is_closed_to_pods_of_other_namespaces_and_to_nobody_else():
    document = key_policy(ACCOUNT, closed_to_other_pods(["vision-prod", "monitoring"]))

    def decided(**tags):
        context = {f"aws:principaltag/{key.replace('_', '-')}": (value,) for key, value in tags.items()}
        return decides(document, Request(action="kms:Decrypt", resource="*", context=context))

    assert decided(kubernetes_namespace="ranking-prod") == "deny"
    assert decided(kubernetes_namespace="vision-prod") == "allow"
    assert decided(kubernetes_namespace="monitoring") == "allow"
    assert decided() == "allow"
