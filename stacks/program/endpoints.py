"""A team's online endpoints and their service-level objectives, built."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.monitoring.load import CpuUse, RequestsInFlight, ScalingSignal
from components.monitoring.slo import ServiceLevelObjective, SloArgs
from components.serving.endpoint import Endpoint, EndpointArgs
from components.serving.predictor import ServerResources
from components.training.pool import TrainingPool
from reference.vocabulary import SERVER_ACCOUNT
from stacks.program.inference_log import request_log
from stacks.program.objectives import endpoint_slo
from stacks.program.team_workspace import Workspace
from stacks.schema.serving import CPU_PERCENT, REQUESTS_IN_FLIGHT, EndpointSpec, Serving


def build_endpoints(
    workspace: Workspace, serving: Serving, pools: Mapping[str, TrainingPool]
) -> dict[str, Any]:
    """Declare the team's endpoints and their objectives. Returns the address of each by name."""
    urls: dict[str, Any] = {}
    for endpoint in serving.endpoints:
        if workspace.registry is None:
            raise pulumi.RunError(
                f"endpoint `{endpoint.name}` serves from the models bucket: "
                f"add `registry` to `{workspace.context.name}`"
            )
        args = endpoint_args(workspace, endpoint, pools, workspace.registry.models)
        url = urls[endpoint.name] = Endpoint(endpoint.name, args, workspace.in_cluster()).url
        slo = endpoint_slo(workspace, endpoint, args.signal)
        slo_args = SloArgs(slo=slo, url=url, labels=workspace.context.labels)
        ServiceLevelObjective(endpoint.name, slo_args, workspace.in_cluster())
    return urls


def endpoint_args(
    workspace: Workspace, endpoint: EndpointSpec, pools: Mapping[str, TrainingPool], models: str
) -> EndpointArgs:
    """The arguments of an endpoint's component."""
    resources, replicas = endpoint.resources, endpoint.replicas
    return EndpointArgs(
        stack=workspace.context.name,
        namespace=workspace.namespace.namespace,
        name=endpoint.name,
        tier=endpoint.tier,
        runtime=endpoint.model.runtime,
        model_format=endpoint.model.format,
        # The slash at the end: KServe loads every key that starts so, another model's `…-b` too without it.
        model_uri=f"s3://{models}/{endpoint.model.path}/",
        resources=ServerResources(
            cpu=resources.cpu,
            memory_gib=resources.memory_gib,
            gpus=resources.gpus,
            pool=resources.pool,
            accelerator=pools[resources.pool].accelerator if resources.pool else None,
        ),
        min_replicas=replicas.min,
        max_replicas=replicas.max,
        signal=scaling_signal(endpoint),
        prometheus_url=workspace.context.platform.output("monitoring", "prometheus_url"),
        monitoring_namespace=workspace.context.platform.output("monitoring", "namespace"),
        # The one whose role may read the models bucket.
        service_account=SERVER_ACCOUNT,
        labels=workspace.context.labels,
        request_log=request_log(workspace, endpoint),
        trace_percent=endpoint.traces.sample_percent if endpoint.traces else None,
    )


def scaling_signal(endpoint: EndpointSpec) -> ScalingSignal:
    """The signal that an endpoint scales by: CPU says nothing of a server that waits for its GPU."""
    replicas = endpoint.replicas
    if endpoint.resources.gpus:
        per_replica = replicas.requests_in_flight or REQUESTS_IN_FLIGHT
        return RequestsInFlight(runtime=endpoint.model.runtime, per_replica=per_replica)
    return CpuUse(cpus=endpoint.resources.cpu, percent=replicas.cpu_percent or CPU_PERCENT)
