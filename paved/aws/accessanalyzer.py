"""IAM Access Analyzer: analyzers of an account."""

from collections.abc import Iterator

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import iam_actions
from reference.vocabulary import ACCESS_ANALYZER

IAM_ACTIONS = iam_actions(
    "accessanalyzer",
    GetAnalyzer="access-analyzer:GetAnalyzer",
    ListArchiveRules="access-analyzer:ListArchiveRules",
)
MOTO_UNSUPPORTED = ("accessanalyzer.CreateAnalyzer",)
CREATE = "accessanalyzer.CreateAnalyzer"


@creates(ACCESS_ANALYZER)
def create_analyzer(inputs: Inputs, api: Api) -> Created:
    request = api.request("accessanalyzer", "CreateAnalyzer", inputs)
    name, kind = request.get("analyzerName"), request.get("type", "ACCOUNT")  # as the provider does
    tags = api.tags(inputs) or None
    if not api.claim("analyzer", str(name)):
        raise refused(CREATE, "analyzerName", "an analyzer of that name exists", name)
    if kind == "ACCOUNT" and not api.claim("analyzer of external access"):
        rule = "an account has one analyzer of external access in a region"
        raise refused(CREATE, "type", rule, kind)
    api.call("accessanalyzer", "CreateAnalyzer", {**request, "type": kind, "tags": tags})
    return Created(id=str(name), outputs={"arn": api.arn("access-analyzer", f"analyzer/{name}")})


@reads(ACCESS_ANALYZER, "logging", ("analyzerName",), assumed={"type": "ACCOUNT"}, tagged=True)
def read_analyzer(lookup: Lookup) -> Found:
    name = lookup.name("analyzerName")
    analyzer = lookup.ask("accessanalyzer.GetAnalyzer", analyzerName=name)["analyzer"]
    return Found(
        names=(name, analyzer["arn"]),
        properties={"configuration": analyzer.get("configuration"), "type": analyzer["type"]},
        tags=lambda: analyzer.get("tags", {}),
        contents={"archive rule": lambda: _archive_rules(lookup, name)},
    )


def _archive_rules(lookup: Lookup, analyzer: str) -> Iterator[Content]:
    for rule in lookup.pages("accessanalyzer.ListArchiveRules", "archiveRules", analyzerName=analyzer):
        name = f"{analyzer} archive rule {rule['ruleName']}"
        yield Content(kind="archive rule", name=name, label=rule["ruleName"], concern="logging")
