"""X-Ray: spans go to CloudWatch Logs once X-Ray may write there."""

import json

DESTINATION = "aws:xray/traceSegmentDestination:TraceSegmentDestination"
POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
WRITES = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "xray.amazonaws.com"},
            "Action": "logs:PutLogEvents",
            "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:aws/spans:*",
        }
    ],
}


def test_spans_go_to_logs_that_x_ray_may_write(account):
    account.create(POLICY, {"policyName": "spans", "policyDocument": json.dumps(WRITES)}, name="policy")
    account.create(DESTINATION, {"destination": "CloudWatchLogs"})
    assert "xray.UpdateTraceSegmentDestination" in account.calls


def test_spans_that_x_ray_may_not_write_are_refused(account):
    [found] = account.rejections(DESTINATION, {"destination": "CloudWatchLogs"})
    assert "needs a resource policy" in found


def test_a_destination_that_aws_does_not_know_is_refused(account):
    assert account.rejections(DESTINATION, {"destination": "Elsewhere"})
