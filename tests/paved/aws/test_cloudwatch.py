"""CloudWatch: alarms on metrics."""

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
LOST = {
    "name": "lost",
    "namespace": "AWS/Events",
    "metricName": "FailedInvocations",
    "dimensions": {"RuleName": "found"},
    "statistic": "Sum",
    "period": 300,
    "evaluationPeriods": 1,
    "threshold": 0,
    "comparisonOperator": "GreaterThanThreshold",
    "treatMissingData": "notBreaching",
    "alarmActions": ["arn:aws:sns:us-east-1:111122223333:alerts"],
}


def test_an_alarm_watches_the_metric_of_one_rule(account):
    name, outputs = account.create(ALARM, LOST)
    assert (name, outputs["arn"]) == ("lost", "arn:aws:cloudwatch:us-east-1:111122223333:alarm:lost")
    [found] = account.client("cloudwatch").describe_alarms(AlarmNames=["lost"])["MetricAlarms"]
    assert found["Dimensions"] == [{"Name": "RuleName", "Value": "found"}]
    assert (found["Threshold"], found["AlarmActions"]) == (0, LOST["alarmActions"])


def test_a_comparison_that_cloudwatch_does_not_know_is_refused(account):
    assert account.rejections(ALARM, {**LOST, "comparisonOperator": "MoreThan"})
