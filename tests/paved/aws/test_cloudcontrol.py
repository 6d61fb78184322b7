"""Cloud Control: a resource is checked as the call that it becomes."""

import json

CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource"
STATE = {
    "MonitorName": "teams",
    "MonitorType": "DIMENSIONAL",
    "MonitorDimension": "TAG",
    "MonitorSpecification": json.dumps({"Tags": {"Key": "team"}}),
    "ResourceTags": [{"Key": "team", "Value": "platform"}],
}


def monitor(**changes):
    return {"typeName": "AWS::CE::AnomalyMonitor", "desiredState": json.dumps({**STATE, **changes})}


def test_a_monitor_is_checked_as_the_call_that_it_becomes(account):
    arn, _ = account.create(CLOUD_CONTROL, monitor())
    assert arn.startswith("arn:aws:ce::111122223333:anomalymonitor/")
    assert account.last.status == "validated"
    account.rejections(CLOUD_CONTROL, monitor(MonitorDimension="TEAM"), name="again")
    assert account.last.rejections[0].call == "ce.CreateAnomalyMonitor"
    assert account.last.rejections[0].parameter == "AnomalyMonitor.MonitorDimension"


def test_cloud_control_does_not_hide_a_type_that_nobody_knows(account):
    inputs = {"typeName": "AWS::Braket::Device", "desiredState": "{}"}
    (said,) = account.rejections(CLOUD_CONTROL, inputs)
    assert "a rehearsal knows AWS::CE::AnomalyMonitor alone, got 'AWS::Braket::Device'" in said
