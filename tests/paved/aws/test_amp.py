"""Amazon Managed Service for Prometheus: a workspace, its retention and its limits."""

WORKSPACE = "aws:amp/workspace:Workspace"
LIMITS = "aws:amp/workspaceConfiguration:WorkspaceConfiguration"
ONE = {"labelSet": {"cluster": "paved-a"}, "limits": {"maxSeries": 1000}}


def test_a_workspace_has_an_address_and_limits(account):
    id, outputs = account.create(WORKSPACE, {"alias": "paved-a"})
    assert outputs["prometheusEndpoint"].endswith(f"/workspaces/{id}/")
    account.create(LIMITS, {"workspaceId": id, "retentionPeriodInDays": 150, "limitsPerLabelSets": [ONE]})
    assert account.calls == ["amp.UpdateWorkspaceConfiguration"]


def test_limits_are_of_a_workspace_that_exists(account):
    assert "exists by now" in account.rejections(LIMITS, {"workspaceId": "ws-1"})[0]


def test_samples_are_kept_for_three_years_at_most(account):
    id, _ = account.create(WORKSPACE, {"alias": "paved-a"})
    longer = {"workspaceId": id, "retentionPeriodInDays": 1096}
    assert "must be at most 1095" in account.rejections(LIMITS, longer)[0]


def test_a_key_that_is_not_there_is_refused(account):
    key = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d"
    assert "kmsKeyArn" in account.rejections(WORKSPACE, {"alias": "paved-a", "kmsKeyArn": key})[0]
