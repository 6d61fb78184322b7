"""Cloud Control: resources that the provider has no type of its own for."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.reading.audited_types import COSTS
from reference.vocabulary import CLOUD_CONTROL_RESOURCE

MOTO_UNSUPPORTED = ("cloudcontrol.CreateResource",)
NOT_COMPARED = {CLOUD_CONTROL_RESOURCE: COSTS}
ANOMALY_MONITOR_TYPE = "AWS::CE::AnomalyMonitor"


@creates(CLOUD_CONTROL_RESOURCE)
def create_resource(inputs: Inputs, api: Api) -> Created:
    request = api.request("cloudcontrol", "CreateResource", inputs)
    api.call("cloudcontrol", "CreateResource", request)
    state = json_object(request["DesiredState"])
    if state is None:
        raise refused("cloudcontrol.CreateResource", "DesiredState", "must be a JSON object")
    if request["TypeName"] != ANOMALY_MONITOR_TYPE:
        rule = f"a rehearsal knows {ANOMALY_MONITOR_TYPE} alone"
        raise refused("cloudcontrol.CreateResource", "TypeName", rule, request["TypeName"])
    _check_monitor(state, api)
    uuid = api.generated_uuid("anomalymonitor")
    return Created(id=api.arn("ce", f"anomalymonitor/{uuid}", regional=False))


def _check_monitor(state: dict[str, Any], api: Api) -> None:
    """Check the call that Cloud Control makes in turn. Its resource type spells the specification as text."""
    monitor = {key: value for key, value in state.items() if key != "ResourceTags"}
    if "MonitorSpecification" in monitor:
        monitor["MonitorSpecification"] = json_object(monitor["MonitorSpecification"])
    request = {"AnomalyMonitor": monitor, "ResourceTags": state.get("ResourceTags")}
    api.check("ce", "CreateAnomalyMonitor", request)
