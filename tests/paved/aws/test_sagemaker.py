"""MLflow tracking servers, which the simulator lacks."""

import pytest

SERVER = "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer"


@pytest.fixture
def inputs(account):
    account.create("aws:s3/bucket:Bucket", {"bucket": "paved-models"})
    return {
        "trackingServerName": "paved-vision-prod",
        "artifactStoreUri": "s3://paved-models/mlflow",
        "roleArn": account.role("tracking", "sagemaker.amazonaws.com"),
        "trackingServerSize": "Medium",
        "mlflowVersion": "2.16.2",
        "automaticModelRegistration": True,
        "weeklyMaintenanceWindowStart": "Sun:03:00",
    }


def test_a_server_is_validated_with_its_tags(account, inputs):
    id, outputs = account.create(SERVER, inputs)
    assert account.last.status == "validated"
    assert account.calls == ["sagemaker.CreateMlflowTrackingServer"]
    assert id == "paved-vision-prod"
    assert outputs["arn"].endswith(":111122223333:mlflow-tracking-server/paved-vision-prod")
    assert outputs["tagsAll"]["team"] == "vision"


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"trackingServerSize": "medium"}, "TrackingServerSize"),
        ({"weeklyMaintenanceWindowStart": "SUN:03:00"}, "WeeklyMaintenanceWindowStart"),
        ({"trackingServerName": "-paved"}, "TrackingServerName"),
        ({"artifactStoreUri": "s3://nobodys/mlflow"}, "ArtifactStoreUri"),
    ],
)
def test_what_sagemaker_would_refuse_is_refused(account, inputs, changes, parameter):
    (said,) = account.rejections(SERVER, {**inputs, **changes})
    assert f"`{parameter}`" in said


def test_the_role_must_trust_sagemaker(account, inputs):
    other = account.role("other", "ec2.amazonaws.com")
    (said,) = account.rejections(SERVER, {**inputs, "roleArn": other})
    assert "sagemaker.amazonaws.com may assume" in said


def test_a_name_is_taken_once(account, inputs):
    account.create(SERVER, inputs)
    (said,) = account.rejections(SERVER, inputs, name="again")
    assert "has a server of this name already" in said
