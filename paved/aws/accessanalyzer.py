"""IAM Access Analyzer: analyzers of an account."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

CREATE = "accessanalyzer.CreateAnalyzer"


@creates("aws:accessanalyzer/analyzer:Analyzer")
def analyzer(inputs: Inputs, api: Api) -> Created:
    request = api.fit("accessanalyzer", "CreateAnalyzer", inputs)
    name, kind = request.get("analyzerName"), request.get("type", "ACCOUNT")  # as the provider does
    tags = api.tags(inputs) or None
    if not api.claim("analyzer", str(name)):
        raise refused(CREATE, "analyzerName", "an analyzer of that name exists", name)
    if kind == "ACCOUNT" and not api.claim("analyzer of external access"):
        rule = "an account has one analyzer of external access in a region"
        raise refused(CREATE, "type", rule, kind)
    api.call("accessanalyzer", "CreateAnalyzer", {**request, "type": kind, "tags": tags})
    return Created(id=str(name), outputs={"arn": api.arn("access-analyzer", f"analyzer/{name}")})
