"""SageMaker: MLflow tracking servers."""

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, tag_map


@reads(
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer",
    "settings",
    ("trackingServerName",),
    concerns={"roleArn": "identity"},
    tagged=True,
)
def tracking_server(sought: Lookup) -> Found:
    name = sought.name("trackingServerName")
    made = sought.ask("sagemaker.DescribeMlflowTrackingServer", TrackingServerName=name)
    spelt = {key[0].lower() + key[1:]: value for key, value in made.items()}
    arn = made["TrackingServerArn"]
    return Found(
        names=(name, arn),
        properties=spelt,
        tags=lambda: tag_map(sought.pages("sagemaker.ListTags", "Tags", ResourceArn=arn)),
    )
