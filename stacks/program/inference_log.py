"""The inference log of a team's endpoints, built."""

from collections.abc import Sequence
from typing import Any

from components.account import ClusterRef
from components.inference_log.inference_log import InferenceLog
from components.inference_log.log_args import InferenceLogArgs, LoggedEndpoint
from components.registry.registry import Registry, bucket_name
from components.serving.endpoint import RequestLog
from reference.inference_log import events_url, feedback_url
from stacks.program.context import TeamContext
from stacks.program.team_workspace import Workspace
from stacks.schema.monitors import ModelHealthSpec
from stacks.schema.request_log import request_log_days
from stacks.schema.security_level import endpoints_only
from stacks.schema.serving import EndpointSpec, Serving


def build_inference_log(workspace: Workspace, serving: Serving) -> dict[str, Any]:
    """Declare the log of endpoints that ask for one. Returns the output that people and callers read."""
    context, registry, section = workspace.context, workspace.registry, serving.model_health
    endpoints = logged_endpoints(serving)
    if not endpoints or registry is None or section is None or workspace.key is None:
        return {}
    log = InferenceLog(
        context.name,
        InferenceLogArgs(
            account=context.account,
            stack=context.name,
            team=context.team.owner.team,
            namespace=workspace.namespace.namespace,
            cluster=ClusterRef(
                name=context.cluster_name, arn=context.cluster_name.apply(context.account.cluster_arn)
            ),
            bucket=log_bucket(context),
            days=request_log_days(context.team.environment, context.team.data_class),
            key_arn=workspace.key.key_arn,
            key_alias=context.key_alias,
            boundary_arn=context.boundary_arn,
            endpoints_only=endpoints_only(context.team),
            image=health_image(section, registry),
            endpoints=[logged_endpoint(each) for each in endpoints],
            labels=context.labels,
            protect=context.protect,
            retain=context.retain,
        ),
        workspace.in_both(),
    )
    feedback = workspace.namespace.namespace.apply(feedback_url)
    told = {"bucket": log_bucket(context), "read_policy": log.readers, "feedback": feedback}
    return {"inference_log": told}


def logged_endpoints(serving: Serving | None) -> Sequence[EndpointSpec]:
    """The endpoints whose requests are kept."""
    return [each for each in serving.endpoints if each.log] if serving else []


def logged_endpoint(endpoint: EndpointSpec) -> LoggedEndpoint:
    """An endpoint as its collector knows it."""
    assert endpoint.log
    return LoggedEndpoint(
        name=endpoint.name,
        sample_percent=float(endpoint.log.sample_percent),
        redact=endpoint.log.redact,
        mask=endpoint.log.mask,
    )


def request_log(workspace: Workspace, endpoint: EndpointSpec) -> RequestLog | None:
    """The place that an endpoint's requests are sent to, if they are kept."""
    if endpoint.log is None:
        return None
    url = workspace.namespace.namespace.apply(events_url)
    return RequestLog(url=url, model_version=endpoint.model.path)


def log_bucket(context: TeamContext) -> str:
    """The name of the bucket of a team's inference log."""
    generation = context.team.registry.generation if context.team.registry else 1
    return bucket_name(context.account, context.name, "inference", generation)


def health_image(section: ModelHealthSpec, registry: Registry) -> str:
    """The image of `model_health`, which judges and collects."""
    return f"{registry.repository_urls[section.repository]}@{section.image_digest}"
