import json

import pytest

from components.account import Account, ClusterScope
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.telemetry.kept_metrics import KeptMetrics, KeptMetricsArgs, write_policy, write_url

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SCOPE = ClusterScope(account=ACCOUNT, stack="foundation-prod", cluster_name="paved-a", created_name="paved-a")
WORKSPACE = "aws:amp/workspace:Workspace"
LIMITS = "aws:amp/workspaceConfiguration:WorkspaceConfiguration"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@pytest.fixture
def planned(plan_program):
    def program():
        key = EncryptionKey(
            "key",
            EncryptionKeyArgs(
                account=ACCOUNT,
                alias="paved-foundation-prod-metrics",
                description="Metrics",
                policy="{}",
                deletion_window_days=30,
                protect=True,
            ),
        )
        KeptMetrics("metrics", KeptMetricsArgs(scope=SCOPE, key=key, days=400, max_series=5000, protect=True))

    return plan_program(program)


def test_a_workspace_is_protected_and_under_a_key_of_its_stack(planned):
    workspace = planned.one(WORKSPACE)
    assert workspace.protect
    assert any("kms/key:Key" in urn for urn in workspace.property_dependencies["kmsKeyArn"])


def test_its_days_and_its_series_are_bounded(planned):
    inputs = planned.one(LIMITS).inputs
    assert inputs["retentionPeriodInDays"] == 400
    assert inputs["limitsPerLabelSets"] == [
        {"labelSet": {"cluster": "paved-a"}, "limits": {"maxSeries": 5000}}
    ]


def test_the_identity_is_that_of_the_charts_prometheus(planned):
    inputs = planned.one(ASSOCIATION).inputs
    assert (inputs["namespace"], inputs["serviceAccount"]) == (
        "monitoring",
        "kube-prometheus-stack-prometheus",
    )


def test_prometheus_may_write_to_the_stacks_own_workspace_and_read_nothing():
    [statement] = json.loads(write_policy(ACCOUNT, "foundation-prod"))["Statement"]
    assert statement["Action"] in ("aps:RemoteWrite", ["aps:RemoteWrite"])
    assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/service": "foundation-prod"}}


def test_samples_are_written_below_the_address_of_the_workspace():
    endpoint = "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/"
    assert write_url(endpoint) == f"{endpoint}api/v1/remote_write"
