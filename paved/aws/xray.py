"""X-Ray: where an account keeps its spans."""

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import iam_actions
from reference.vocabulary import TRACE_DESTINATION

IAM_ACTIONS = iam_actions("xray", "GetTraceSegmentDestination")
SET = "xray.UpdateTraceSegmentDestination"
MOTO_UNSUPPORTED = (SET, "xray.GetTraceSegmentDestination")
LOGS = "CloudWatchLogs"


@creates(TRACE_DESTINATION)
def set_trace_destination(inputs: Inputs, api: Api) -> Created:
    """Deleting one makes no call: spans go on where they went."""
    request = api.request("xray", "UpdateTraceSegmentDestination", inputs)
    written = api.internal_call("logs", "DescribeResourcePolicies", {})["resourcePolicies"]
    if request.get("Destination") == LOGS and not any("xray." in each["policyDocument"] for each in written):
        rule = "needs a resource policy of CloudWatch Logs that lets X-Ray write, which exists by now"
        raise refused(SET, "destination", rule, LOGS)
    api.call("xray", "UpdateTraceSegmentDestination", request)
    return Created(id=api.scope.region)


@reads(TRACE_DESTINATION, "logging", ())
def read_trace_destination(lookup: Lookup) -> Found:
    found = lookup.ask("xray.GetTraceSegmentDestination")
    return Found(names=(), properties={"destination": found.get("Destination")})
