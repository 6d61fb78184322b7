"""Amazon Managed Service for Prometheus: workspaces, and their retention and limits."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first
from paved.aws.services import NOT_KEPT, SimulatorGap, iam_actions
from reference.vocabulary import AMP_WORKSPACE, AMP_WORKSPACE_CONFIGURATION

IAM_ACTIONS = {
    operation.replace("aps.", "amp."): action
    for operation, action in iam_actions(
        "aps", "DescribeWorkspace", "DescribeWorkspaceConfiguration", "ListWorkspaces"
    ).items()
}
MOTO_UNSUPPORTED = ("amp.UpdateWorkspaceConfiguration",)
SIMULATOR_GAPS = (SimulatorGap(type=AMP_WORKSPACE, property="kmsKeyArn", reason=NOT_KEPT),)
MOST_DAYS = 1095
"""As the quotas of the service document it; its API model knows no upper bound."""


@creates(AMP_WORKSPACE)
def create_workspace(inputs: Inputs, api: Api) -> Created:
    request = api.request("amp", "CreateWorkspace", inputs)
    require_key(api, "amp.CreateWorkspace", "kmsKeyArn", request.get("kmsKeyArn"))
    made = api.call("amp", "CreateWorkspace", {**request, "tags": api.tags(inputs) or None})
    id = str(made["workspaceId"])
    endpoint = f"https://aps-workspaces.{api.scope.region}.amazonaws.com/workspaces/{id}/"
    return Created(id=id, outputs={"arn": made["arn"], "prometheusEndpoint": endpoint})


@creates(AMP_WORKSPACE_CONFIGURATION)
def create_workspace_configuration(inputs: Inputs, api: Api) -> Created:
    """Deleting one makes no call: the workspace keeps its limits."""
    call = "amp.UpdateWorkspaceConfiguration"
    id = str(inputs.take("workspaceId"))
    try:
        api.internal_call("amp", "DescribeWorkspace", {"workspaceId": id})
    except Rejected:
        raise refused(call, "workspaceId", "must name a workspace that exists by now", id) from None
    days = inputs.take("retentionPeriodInDays")
    if days and int(days) > MOST_DAYS:
        raise refused(call, "retentionPeriodInDays", f"must be at most {MOST_DAYS}", days)
    limits = [
        {"labelSet": each.take_map("labelSet"), "limits": {"maxSeries": _most(each)}}
        for each in inputs.blocks("limitsPerLabelSets")
    ]
    request = {"workspaceId": id, "retentionPeriodInDays": days, "limitsPerLabelSet": limits or None}
    api.call("amp", "UpdateWorkspaceConfiguration", request)
    return Created(id=id)


def _most(entry: Inputs) -> int | None:
    limits = entry.block("limits")
    return None if limits is None else int(limits.take("maxSeries"))


@reads(AMP_WORKSPACE, "settings", ("alias",), concerns={"kmsKeyArn": "encryption"}, tagged=True)
def read_workspace(lookup: Lookup) -> Found:
    listed = lookup.pages("amp.ListWorkspaces", "workspaces", alias=lookup.name("alias"))
    id = first([each for each in listed if each.get("alias") == lookup.name("alias")])["workspaceId"]
    workspace = lookup.ask("amp.DescribeWorkspace", workspaceId=id)["workspace"]
    return Found(
        names=(id, workspace["arn"]),
        properties={"alias": workspace.get("alias"), "kmsKeyArn": workspace.get("kmsKeyArn")},
        tags=lambda: workspace.get("tags", {}),
    )


@reads(AMP_WORKSPACE_CONFIGURATION, "settings", ("workspaceId",))
def read_workspace_configuration(lookup: Lookup) -> Found:
    id = lookup.name("workspaceId")
    answer = lookup.ask("amp.DescribeWorkspaceConfiguration", workspaceId=id)
    found = answer["workspaceConfiguration"]
    return Found(
        names=(id,),
        properties={
            "retentionPeriodInDays": found.get("retentionPeriodInDays"),
            "limitsPerLabelSets": found.get("limitsPerLabelSet"),
        },
    )
