"""IAM Access Analyzer: analyzers of an account."""

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup


@reads(
    "aws:accessanalyzer/analyzer:Analyzer",
    "logging",
    ("analyzerName",),
    assumed={"type": "ACCOUNT"},
    tagged=True,
)
def analyzer(sought: Lookup) -> Found:
    name = sought.name("analyzerName")
    made = sought.ask("accessanalyzer.GetAnalyzer", analyzerName=name)["analyzer"]
    return Found(
        names=(name, made["arn"]),
        properties={"configuration": made.get("configuration"), "type": made["type"]},
        tags=lambda: made.get("tags", {}),
    )
