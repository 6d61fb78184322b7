"""SageMaker: MLflow tracking servers."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_bucket, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, camel_case, tag_map
from paved.aws.services import iam_actions

IAM_ACTIONS = iam_actions(
    "sagemaker",
    "DescribeMlflowTrackingServer",
    "ListModelPackageGroups",
    "ListModelPackages",
    "ListTags",
)
MOTO_UNSUPPORTED = ("sagemaker.CreateMlflowTrackingServer",)
TRACKING_SERVER = "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer"


@creates(TRACKING_SERVER)
def create_tracking_server(inputs: Inputs, api: Api) -> Created:
    call = "sagemaker.CreateMlflowTrackingServer"
    request = api.request("sagemaker", "CreateMlflowTrackingServer", inputs)
    role, name = request.get("RoleArn"), str(request.get("TrackingServerName"))
    require_role(api, call, "RoleArn", role, trusting="sagemaker.amazonaws.com")
    uri = str(request.get("ArtifactStoreUri"))
    bucket = uri.removeprefix("s3://").partition("/")[0]
    require_bucket(api, call, "ArtifactStoreUri", bucket, uri)
    api.call("sagemaker", "CreateMlflowTrackingServer", {**request, "Tags": pairs(api.tags(inputs)) or None})
    if not api.claim("mlflow tracking server", name):
        raise refused(call, "TrackingServerName", "the account has a server of this name already", name)
    return Created(id=name, outputs={"arn": api.arn("sagemaker", f"mlflow-tracking-server/{name}")})


@reads(TRACKING_SERVER, "settings", ("trackingServerName",), concerns={"roleArn": "identity"}, tagged=True)
def read_tracking_server(lookup: Lookup) -> Found:
    name = lookup.name("trackingServerName")
    server = lookup.ask("sagemaker.DescribeMlflowTrackingServer", TrackingServerName=name)
    arn = server["TrackingServerArn"]
    return Found(
        names=(name, arn),
        properties=camel_case(server),
        tags=lambda: tag_map(lookup.pages("sagemaker.ListTags", "Tags", ResourceArn=arn)),
    )
