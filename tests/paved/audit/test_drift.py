"""Changes made by hand are found, and nothing else is. Each test leaves the accounts of this module changed."""

import json

import pytest
from botocore.exceptions import ClientError

from paved.audit.audit import audit
from paved.audit.audited_stack import AuditedStack
from paved.audit.rehearsed import simulator_limits
from paved.audit.view import view
from paved.aws.reading.account import AccountReader

ACCOUNT = "111122223333"
MODELS = f"paved-vision-prod-models-{ACCOUNT}"
DATASETS = f"paved-vision-prod-datasets-{ACCOUNT}"
TRAINER = "paved-vision-prod-trainer"
BUDGET = {"AccountId": ACCOUNT, "BudgetName": "paved-vision-prod-monthly"}
ANYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def suspend_versioning(client):
    client("s3").put_bucket_versioning(Bucket=MODELS, VersioningConfiguration={"Status": "Suspended"})


def open_a_bucket(client):
    client("s3").delete_public_access_block(Bucket=DATASETS)
    policy = json.loads(client("s3").get_bucket_policy(Bucket=DATASETS)["Policy"])
    everyone = {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy["Statement"].append({**everyone, "Resource": f"arn:aws:s3:::{DATASETS}/*"})
    client("s3").put_bucket_policy(Bucket=DATASETS, Policy=json.dumps(policy))


def drop_a_tag(client):
    tags = client("s3").get_bucket_tagging(Bucket=MODELS)["TagSet"]
    left = [tag for tag in tags if tag["Key"] != "cost-center"]
    client("s3").put_bucket_tagging(Bucket=MODELS, Tagging={"TagSet": left})


def encrypt_by_another_key(client):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    client("s3").put_bucket_encryption(Bucket=MODELS, ServerSideEncryptionConfiguration={"Rules": [rule]})


def widen_a_role(client):
    iam = client("iam")
    iam.put_role_policy(RoleName=TRAINER, PolicyName="more", PolicyDocument=json.dumps(ANYTHING))
    registry = iam.get_role_policy(RoleName=TRAINER, PolicyName="registry")["PolicyDocument"]
    registry["Statement"][0]["Action"] = "s3:*"
    iam.put_role_policy(RoleName=TRAINER, PolicyName="registry", PolicyDocument=json.dumps(registry))


def let_anybody_assume_a_role(client):
    trust = client("iam").get_role(RoleName=TRAINER)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Principal"] = {"AWS": "*"}
    client("iam").update_assume_role_policy(RoleName=TRAINER, PolicyDocument=json.dumps(trust))


def raise_a_budget(client):
    budget = client("budgets").describe_budget(**BUDGET)["Budget"]
    notifications = client("budgets").describe_notifications_for_budget(**BUDGET)["Notifications"]
    client("budgets").delete_budget(**BUDGET)
    kept = {key: budget[key] for key in ("BudgetName", "BudgetType", "CostFilters", "CostTypes", "TimeUnit")}
    limit = {"Amount": "999999", "Unit": "USD"}
    client("budgets").create_budget(
        AccountId=ACCOUNT,
        Budget={**kept, "BudgetLimit": limit},
        NotificationsWithSubscribers=[
            {
                "Notification": {k: v for k, v in each.items() if k != "NotificationState"},
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
            }
            for each in notifications[1:]
        ],
    )


def stop_rotating_a_key(client):
    key = client("kms").describe_key(KeyId="alias/paved-vision-prod")["KeyMetadata"]["KeyId"]
    client("kms").disable_key_rotation(KeyId=key)


def delete_a_rule(client):
    rule = "paved-vision-prod-retrain-new-labels"
    ids = [each["Id"] for each in client("events").list_targets_by_rule(Rule=rule)["Targets"]]
    client("events").remove_targets(Rule=rule, Ids=ids)
    client("events").delete_rule(Name=rule)


def listen_in(client):
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:paved-vision-prod-alerts"
    client("sns").subscribe(
        TopicArn=topic, Protocol="https", Endpoint="https://a:b@example.net/integration/k3y"
    )


def add_an_unmanaged_bucket(client):
    client("s3").create_bucket(Bucket="vision-notebooks")
    tags = {"TagSet": [{"Key": "team", "Value": "vision"}]}
    client("s3").put_bucket_tagging(Bucket="vision-notebooks", Tagging=tags)


CHANGES = [
    (
        suspend_versioning,
        {
            (
                "changed",
                "recovery",
                "s3 BucketVersioning vision-prod-models-versioning",
                "versioningConfiguration.status",
            )
        },
    ),
    (
        open_a_bucket,
        {
            (
                "missing",
                "public access",
                "s3 BucketPublicAccessBlock vision-prod-datasets-public-access",
                None,
            ),
            (
                "extra",
                "public access",
                "s3 BucketPolicy vision-prod-datasets-policy",
                "policy statement `Open`",
            ),
        },
    ),
    (drop_a_tag, {("changed", "tags", "s3 Bucket vision-prod-models", "tags.cost-center")}),
    (
        encrypt_by_another_key,
        {
            (
                "changed",
                "encryption",
                "s3 BucketServerSideEncryptionConfiguration vision-prod-models-encryption",
                f"rules[0].applyServerSideEncryptionByDefault.{key}",
            )
            for key in ("kmsMasterKeyId", "sseAlgorithm")
        },
    ),
    (
        widen_a_role,
        {
            ("extra", "identity", "iam Role vision-prod-trainer-role", "inline policy"),
            (
                "changed",
                "identity",
                "iam RolePolicy vision-prod-trainer-role-registry",
                "policy statement `ListBuckets` Action",
            ),
        },
    ),
    (
        let_anybody_assume_a_role,
        {
            (
                "changed",
                "identity",
                "iam Role vision-prod-trainer-role",
                "assumeRolePolicy statement `AssumedByPod` Principal",
            )
        },
    ),
    (
        raise_a_budget,
        {
            ("changed", "budget", "budgets Budget vision-prod", "limitAmount"),
            ("changed", "budget", "budgets Budget vision-prod", "notifications[0]"),
        },
    ),
    (stop_rotating_a_key, {("changed", "encryption", "kms Key vision-prod", "enableKeyRotation")}),
    (
        delete_a_rule,
        {
            ("missing", "settings", "cloudwatch EventRule vision-prod-new-labels-rule", None),
            ("missing", "settings", "cloudwatch EventTarget vision-prod-new-labels-rule", None),
        },
    ),
    (listen_in, {("extra", "public access", "sns Topic vision-prod", "subscription")}),
    (add_an_unmanaged_bucket, {("extra", "unmanaged", "arn:aws:s3:::vision-notebooks", None)}),
]


def facts(found):
    return {(each.kind, each.concern, each.address, each.property) for each in found.differences}


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_a_change_is_found_and_nothing_else(change, expected, vision, audited):
    before = facts(audited(vision, "vision-prod"))
    change(vision.session("vision-prod").client)
    found = audited(vision, "vision-prod")
    assert facts(found) - before == expected
    assert before <= facts(found)
    assert found.exit_code == 1


def test_the_changes_are_told_by_how_much_they_matter(vision, audited, golden):
    found = audited(vision, "vision-prod")
    assert "https https://example.net/…" in view(found)
    assert "k3y" not in json.dumps(found.as_json())
    golden("cli/audit-changes.txt", view(found) + "\n")
    golden("cli/audit-changes.json", found.as_json())


def test_changes_of_the_foundation_are_found(vision, audited):
    before = audited(vision, "foundation-prod")
    # The bucket that somebody made: the team's audit tells it by its tag, the foundation's without one.
    bucket = ("beside", "settings", "arn:aws:s3:::vision-notebooks", None)
    assert facts(before) == {bucket}
    client = vision.session("foundation-prod").client
    ec2 = client("ec2")
    client("logs").delete_log_group(logGroupName="/aws/eks/paved-foundation-prod/cluster")
    client("logs").put_retention_policy(logGroupName="/paved/foundation-prod/flow-logs", retentionInDays=1)
    [log] = ec2.describe_flow_logs()["FlowLogs"]
    ec2.delete_flow_logs(FlowLogIds=[log["FlowLogId"]])
    named = [{"Name": "group-name", "Values": ["paved-foundation-prod-endpoints"]}]
    [group] = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[ssh])
    assert facts(audited(vision, "foundation-prod")) - {bucket} == {
        ("missing", "logging", "cloudwatch LogGroup foundation-prod-logs", None),
        ("changed", "logging", "cloudwatch LogGroup foundation-prod-flow-logs-records", "retentionInDays"),
        ("missing", "logging", "ec2 FlowLog foundation-prod-flow-logs", None),
        ("extra", "network", "ec2 SecurityGroup foundation-prod-endpoints", "ingress rule"),
    }


def test_a_call_that_is_denied_is_told_and_never_the_same(vision, planner, golden):
    denied = ("GetBucketPolicy", "ListRolePolicies", "GetResources", "GetKeyRotationStatus")
    session = vision.session("vision-prod")

    def deny(model, **_):
        if model.name in denied:
            raise ClientError(
                {"Error": {"Code": "AccessDenied", "Message": "no: arn of somebody"}}, model.name
            )

    session.events.register("before-call", deny)
    stack = AuditedStack.of(planner, "vision-prod")
    account = AccountReader(lambda service, region: session.client(service, region_name=region))
    found = audit(stack, account, simulator_limits(vision, "vision-prod"))
    assert {(each.call, each.action) for each in found.unread} == {
        ("iam.ListRolePolicies", "iam:ListRolePolicies"),
        ("kms.GetKeyRotationStatus", "kms:GetKeyRotationStatus"),
        ("resourcegroupstaggingapi.GetResources", "tag:GetResources"),
        ("s3.GetBucketPolicy", "s3:GetBucketPolicy"),
    }
    addresses = {each.address for each in found.differences}
    assert not addresses & {"s3 BucketPolicy vision-prod-datasets-policy", "kms Key vision-prod"}
    assert "somebody" not in view(found)
    golden("cli/audit-denied.txt", view(found) + "\n")
