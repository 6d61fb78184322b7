"""The agent on each node that sends what pods write to CloudWatch Logs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import (
    FLUENT_BIT,
    KEDA_NAMESPACE,
    KUBE_SYSTEM,
    MONITORING_NAMESPACE,
    SIGNATURES_NAMESPACE,
    TRACES_NAMESPACE,
)
from components.images import ImageNames
from components.monitoring.alerts import Alert, alert_group
from components.platform.namespaces import LEVELS
from components.platform.operator import Operator, OperatorArgs
from components.telemetry.pod_logs import GROUPS, log_group_of
from reference.vocabulary import HUBS, LOGS_LABEL, NODE_AGENTS_NAMESPACE, UNLOGGED

GROUP = "platform-logs"
FILES = "/var/log/containers/"
"""The folder of a node in which a log is called `<pod>_<namespace>_<container>-<id>.log`."""
RETRIES = 5
"""Attempts to send a chunk again, over some minutes: after that its lines are dropped, and an alert tells."""

OF_OPTIONS = (KEDA_NAMESPACE, SIGNATURES_NAMESPACE, TRACES_NAMESPACE)
OWN_NAMESPACES = tuple(sorted({*LEVELS, *OF_OPTIONS, "amazon-guardduty", "default", KUBE_SYSTEM}))
"""Namespaces of the platform, whether or not it has each: no team's stack is called like one."""

LOG_ALERTS = (
    Alert(
        name="LogAgentDown",
        expression='absent(up{job="fluent-bit"} == 1)',
        duration="15m",
        severity="ticket",
        summary="No agent answers a scrape: what pods write is kept on their nodes alone",
        action=f"Look at the pods of the daemon set fluent-bit in {NODE_AGENTS_NAMESPACE}.",
    ),
    Alert(
        name="LogsNotKept",
        expression="sum by (pod) (rate(fluentbit_output_dropped_records_total[15m])) > 0",
        duration="15m",
        severity="ticket",
        summary="{{ $labels.pod }} drops {{ $value | humanize }} lines a second that were to be kept",
        action="Look at its log: a group that is not there, rights, or CloudWatch that slows it down.",
    ),
)
"""Alerts of a platform whose logs are kept."""


@dataclass(frozen=True, kw_only=True)
class LogAgentArgs:
    """`foundation` names the group of the platform's own pods. `monitoring` are the releases that own monitors."""

    version: str
    image_names: ImageNames
    foundation: str
    region: str
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool


class LogAgent(ComponentResource):
    """Fluent Bit as a daemon set, and its alerts."""

    def __init__(self, name: str, args: LogAgentArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:telemetry:LogAgent", name, {}, opts)
        Operator(
            name,
            OperatorArgs(
                chart=FLUENT_BIT,
                version=args.version,
                values=log_agent_values(args),
                image_names=args.image_names,
                after=[*args.after, *args.monitoring],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        k8s.apiextensions.CustomResource(
            f"{name}-alerts",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=GROUP, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
            ),
            spec={"groups": [alert_group(GROUP, LOG_ALERTS, team=args.team)]},
            opts=ResourceOptions(parent=self, depends_on=list(args.monitoring)),
        )
        self.register_outputs({})


def log_agent_values(args: LogAgentArgs) -> dict[str, Any]:
    """Values of the chart. It runs as root, who owns the logs, without a capability."""
    return {
        "config": {"inputs": inputs(), "filters": filters(), "outputs": outputs(args)},
        "priorityClassName": "system-node-critical",  # or a full node has no logs
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "serviceAccount": {"name": FLUENT_BIT.name},
        "serviceMonitor": {"enabled": True},
        "testFramework": {"enabled": False},
        "tolerations": [{"operator": "Exists"}],  # nodes of every team
    }


def inputs() -> str:
    """Read the logs of the platform's namespaces, and of all others as a team's."""
    own = ",".join(f"{FILES}*_{namespace}_*.log" for namespace in OWN_NAMESPACES)
    # Hubs of notebooks are the platform's in a namespace of a team's: nobody has made a group for them.
    hubs = f"{FILES}*_*{HUBS}_*.log"
    return _tail("platform", own) + _tail("teams", f"{FILES}*.log", Exclude_Path=f"{own},{hubs}")


def _tail(tag: str, path: str, **more: str) -> str:
    settings = {
        "Name": "tail",
        "Tag": f"{tag}.*",
        "Path": path,
        **more,
        "multiline.parser": "cri",
        "DB": f"/var/log/fluent-bit-{tag}.db",
        "Mem_Buf_Limit": "20MB",
        "Skip_Long_Lines": "On",
    }
    return section("INPUT", settings)


def filters() -> str:
    """Name the pod of each line, and take a line of JSON apart.

    Its parts come below `entry`: a pod that writes a `kubernetes` of its own would else choose its group.
    Annotations of pods change nothing: a label of the namespace says that a team keeps no logs, by its file. Where the
    API server does not answer the label is not seen, and nothing is left out.
    """
    named = "".join(
        section(
            "FILTER",
            {
                "Name": "kubernetes",
                "Match": f"{tag}.*",
                "Kube_Tag_Prefix": f"{tag}.var.log.containers.",
                "Merge_Log": "On",
                "Merge_Log_Key": "entry",
                "Keep_Log": "Off",
                "Labels": "Off",
                "Annotations": "Off",
                "Namespace_Labels": "On",
                "K8S-Logging.Parser": "Off",
                "K8S-Logging.Exclude": "Off",
            },
        )
        for tag in ("platform", "teams")
    )
    label = f"$kubernetes_namespace['labels']['{LOGS_LABEL}']"
    return named + section("FILTER", {"Name": "grep", "Match": "teams.*", "Exclude": f"{label} ^{UNLOGGED}$"})


def outputs(args: LogAgentArgs) -> str:
    """Send lines to the group of their namespace, or of the platform, in a stream for each container."""
    of_platform = _cloudwatch("platform", args)
    return of_platform + _cloudwatch(
        "teams", args, log_group_template=f"{GROUPS}$kubernetes['namespace_name']"
    )


def _cloudwatch(tag: str, args: LogAgentArgs, **more: str) -> str:
    settings = {
        "Name": "cloudwatch_logs",
        "Match": f"{tag}.*",
        "region": args.region,
        "log_group_name": log_group_of(args.foundation),
        **more,
        "log_stream_prefix": "unnamed-",
        "log_stream_template": "$kubernetes['pod_name'].$kubernetes['container_name']",
        "auto_create_group": "Off",  # without a key and an end
        "Retry_Limit": str(RETRIES),
    }
    return section("OUTPUT", settings)


def section(kind: str, settings: Mapping[str, str]) -> str:
    """One section of Fluent Bit's configuration."""
    lines = "".join(f"    {key} {value}\n" for key, value in settings.items())
    return f"[{kind}]\n{lines}"
