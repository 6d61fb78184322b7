"""CloudWatch Logs: log groups."""

import json

GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"


def logs_key(account):
    statement = {
        "Sid": "A",
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt"],
        "Resource": ["*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return account.create("aws:kms/key:Key", {"policy": policy}, name="logs")[1]["arn"]


def test_a_log_group_has_its_retention_its_key_and_its_tags(account):
    key = logs_key(account)
    inputs = {"name": "/paved/a", "retentionInDays": 400, "kmsKeyId": key, "skipDestroy": True}
    id, outputs = account.create(GROUP, inputs)
    logs = account.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/paved/a")["logGroups"]
    assert (group["retentionInDays"], group["kmsKeyId"]) == (400, key)
    assert id == "/paved/a"
    assert outputs["arn"] == "arn:aws:logs:us-east-1:111122223333:log-group:/paved/a"
    assert logs.list_tags_for_resource(resourceArn=outputs["arn"])["tags"] == {
        "team": "vision",
        "service": "test",
    }


def test_a_log_group_may_be_kept_for_ever(account):
    account.create(GROUP, {"name": "/a", "retentionInDays": 0})
    assert account.calls == ["logs.CreateLogGroup"]


def test_a_retention_that_logs_does_not_offer_is_refused(account):
    (said,) = account.rejections(GROUP, {"name": "/a", "retentionInDays": 31})
    assert said.startswith("logs.PutRetentionPolicy `retentionInDays`: must be one of 1, 3, 5, 7, 14, 30, 60")
    assert said.endswith(", got 31")


def test_a_key_that_is_not_there_is_refused(account):
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    (said,) = account.rejections(GROUP, {"name": "/a", "kmsKeyId": arn})
    assert said == f"logs.CreateLogGroup `kmsKeyId`: must name a KMS key that exists by now, got '{arn}'"


def test_a_key_that_logs_may_not_use_is_refused(account):
    (said,) = account.rejections(GROUP, {"name": "/a", "kmsKeyId": account.key("logs")})
    assert "must name a KMS key whose policy lets logs.us-east-1.amazonaws.com use it" in said


def test_a_key_that_is_switched_off_is_refused(account):
    _, key = account.create("aws:kms/key:Key", {"isEnabled": False})
    (said,) = account.rejections(GROUP, {"name": "/a", "kmsKeyId": key["arn"]})
    assert "must name a KMS key in use, this one is Disabled" in said


def test_a_metric_is_counted_from_records(account):
    account.create(GROUP, {"name": "/paved/a"})
    inputs = {
        "name": "used",
        "logGroupName": "/paved/a",
        "pattern": '{ $.user.username = "a/*" }',
        "metricTransformation": {"name": "used", "namespace": "Paved/Records", "value": "1"},
    }
    assert account.create(FILTER, inputs)[0] == "used"
    (found,) = account.client("logs").describe_metric_filters(logGroupName="/paved/a")["metricFilters"]
    assert (found["filterName"], found["filterPattern"]) == ("used", inputs["pattern"])
    (counted,) = found["metricTransformations"]
    assert (counted["metricName"], counted["metricNamespace"], counted["metricValue"]) == (
        "used",
        "Paved/Records",
        "1",
    )


def test_a_filter_without_a_metric_is_refused(account):
    account.create(GROUP, {"name": "/paved/a"})
    inputs = {"name": "used", "logGroupName": "/paved/a", "pattern": "x" * 1025}
    said = account.rejections(FILTER, inputs)
    assert any("filterPattern" in each for each in said)
    assert any("metricName" in each for each in said)
