"""IAM Access Analyzer: analyzers of an account."""

from paved.audit.audited_types import reads
from paved.audit.facts import Found
from paved.audit.lookup import Lookup


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
