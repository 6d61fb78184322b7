"""SageMaker: MLflow tracking servers."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_role
from paved.aws.creating.fitting import pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected


@creates("aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer")
def mlflow_tracking_server(inputs: Inputs, api: Api) -> Created:
    call = "sagemaker.CreateMlflowTrackingServer"
    request = api.fit("sagemaker", "CreateMlflowTrackingServer", inputs)
    role, name = request.get("RoleArn"), str(request.get("TrackingServerName"))
    require_role(api, call, "RoleArn", role, trusting="sagemaker.amazonaws.com")
    _require_bucket(api, call, str(request.get("ArtifactStoreUri")))
    api.call("sagemaker", "CreateMlflowTrackingServer", {**request, "Tags": pairs(api.tags(inputs)) or None})
    if not api.claim("mlflow tracking server", name):
        raise refused(call, "TrackingServerName", "the account has a server of this name already", name)
    return Created(id=name, outputs={"arn": api.arn("sagemaker", f"mlflow-tracking-server/{name}")})


def _require_bucket(api: Api, call: str, uri: str) -> None:
    bucket = uri.removeprefix("s3://").partition("/")[0]
    try:
        api.inside("s3", "HeadBucket", {"Bucket": bucket})
    except Rejected:
        raise refused(call, "ArtifactStoreUri", "must name a bucket that exists by now", uri) from None
