"""Dashboards of what serves: one endpoint, and the health of its model."""

from dataclasses import replace

from components.dashboards.panels import GRID, Board, Panel, PanelRow, Query
from components.dashboards.selectors import ENDPOINT, NAMESPACE
from components.monitoring.counters import INFERENCE
from components.monitoring.indicators import OUTCOMES
from components.monitoring.load import TRITON_TIME
from components.monitoring.samples import DATA_CHECKS, MODEL_CHECKS
from reference.accelerators import BUSY_PERCENT
from reference.exported_series import CHECK_CANNOT_TELL, CHECK_PASSED, CHECKS_RUN
from reference.model_servers import MLSERVER_LATENCY, VLLM_LATENCY

CHOSEN = 'namespace="$namespace",endpoint="$endpoint"'
SERVICE = 'sloth_service="$namespace.$endpoint"'
SCRAPES = "$namespace/$endpoint"
JOB = f'job="{SCRAPES}"'
POD = 'namespace="$namespace",pod=~"$endpoint-predictor-.*"'
BY_SLO = "{{sloth_slo}}"
BY_MONITOR = "{{monitor}}"

OBJECTIVES = PanelRow(
    title="Objectives",
    panels=[
        Panel(
            title="Error budget that is left",
            meaning="Of 30 days; below 0 the promise is missed. No value: no traffic, so nothing is known.",
            unit="percentunit",
            form="number",
            width=8,
            bad_below=0,
            queries=[
                Query(expr=f"sort(slo:period_error_budget_remaining:ratio{{{SERVICE}}})", legend=BY_SLO)
            ],
        ),
        Panel(
            title="Burn rate",
            meaning="1 uses the budget up exactly in 30 days. The fast alert fires at 14.4 over an hour.",
            unit="none",
            width=16,
            bad_above=1,
            queries=[Query(expr=f"slo:current_burn_rate:ratio{{{SERVICE}}}", legend=BY_SLO)],
        ),
        Panel(
            title="Bad events, of an hour",
            meaning="The share of requests, or of looks at data, that missed their objective.",
            unit="percentunit",
            queries=[Query(expr=f"slo:sli_error:ratio_rate1h{{{SERVICE}}}", legend=BY_SLO)],
        ),
        Panel(
            title="Requests",
            meaning="Requests a second that reached the model server.",
            unit="reqps",
            queries=[
                Query(
                    expr=f'slo:sli_requests:rate5m{{{SERVICE},sloth_slo="availability"}}', legend="requests"
                ),
                Query(expr=f'slo:sli_failures:rate5m{{{SERVICE},sloth_slo="availability"}}', legend="failed"),
            ],
        ),
    ],
)


def quantiles(histogram: str, *matchers: str) -> list[Query]:
    """The quantiles of a histogram of the endpoint's servers."""
    chosen = ",".join((JOB, *matchers))
    return [
        Query(
            expr=f"histogram_quantile({quantile}, sum by (le) (rate({histogram}_bucket{{{chosen}}}[5m])))",
            legend=f"p{int(quantile * 100)}",
        )
        for quantile in (0.5, 0.9, 0.99)
    ]


LATENCY = Panel(
    title="Latency",
    meaning="Of MLServer and vLLM, quantiles of whole requests, interpolated within the buckets of their histograms; "
    "of Triton, which exports none, the mean of requests that succeeded.",
    unit="s",
    queries=[
        *quantiles(MLSERVER_LATENCY.name, INFERENCE),
        *quantiles(VLLM_LATENCY.name),
        Query(
            expr=f"{TRITON_TIME.spent.rate(SCRAPES, '5m')} / {TRITON_TIME.per_second}"
            f" / {OUTCOMES['triton'].served.rate(SCRAPES, '5m')}",
            legend="mean",
        ),
    ],
)
REPLICAS = Panel(
    title="Replicas",
    meaning="Those that can answer.",
    unit="none",
    queries=[
        Query(
            expr='max(kube_deployment_status_replicas_available{namespace="$namespace",'
            'deployment="$endpoint-predictor"})',
            legend="available",
        )
    ],
)
GPUS = Panel(
    title="GPUs of its replicas",
    meaning=f"Use of each GPU: below {BUSY_PERCENT} percent for hours, fewer replicas or a smaller GPU would do.",
    unit="percent",
    queries=[Query(expr=f"max by (pod, gpu) (DCGM_FI_DEV_GPU_UTIL{{{POD}}})", legend="{{pod}} GPU {{gpu}}")],
)

ENDPOINT_BOARD = Board(
    name="endpoint",
    title="Endpoint",
    folder="Teams",
    meaning="Whether one endpoint keeps its promises, and what it has to keep them with.",
    variables=[NAMESPACE, ENDPOINT],
    sections=[
        OBJECTIVES,
        PanelRow(title="Time", panels=[replace(LATENCY, width=GRID)]),
        PanelRow(title="Capacity", panels=[REPLICAS, GPUS]),
    ],
)


def checks(*kinds: str) -> list[Panel]:
    """The checks of some kinds of monitors: their verdicts, and what was measured beside the threshold."""
    chosen = f'{CHOSEN},kind=~"{"|".join(kinds)}"'
    return [
        Panel(
            title="Checks that pass",
            meaning="1 passed, 0 failed. A check that cannot tell has no line here and one in the next panel.",
            unit="none",
            queries=[Query(expr=f"min by (monitor) ({CHECK_PASSED}{{{chosen}}})", legend=BY_MONITOR)],
        ),
        Panel(
            title="Checks that cannot tell",
            meaning="The data does not answer them: the log of the newest job says why.",
            unit="none",
            none="Every check can tell",
            queries=[Query(expr=f"{of_checks(CHECK_CANNOT_TELL, chosen)} > 0", legend=BY_MONITOR)],
        ),
        *measured(
            of_checks("model_health_check_value", chosen), of_checks("model_health_check_threshold", chosen)
        ),
    ]


def of_checks(series: str, chosen: str) -> str:
    """A series of checks by their monitor. The exporter's pod is in its labels, and another one after each restart."""
    return f"max by (monitor) ({series}{{{chosen}}})"


def measured(value: str, threshold: str) -> list[Panel]:
    """The values of checks in one scale over time, and in their own now."""
    return [
        Panel(
            title="What was measured, by its threshold",
            meaning="1 is the threshold: where more is better a check fails below it, any other above it.",
            unit="none",
            bad_above=1,
            queries=[Query(expr=f"{value} / ({threshold} != 0)", legend=BY_MONITOR)],
        ),
        Panel(
            title="What was measured, and where it fails",
            meaning="The newest value and the threshold of each check, in its own unit.",
            unit="none",
            form="table",
            columns={"monitor": "Check", "Value #A": "Measured", "Value #B": "Threshold"},
            queries=[Query(expr=value), Query(expr=threshold)],
        ),
    ]


MODEL_HEALTH_BOARD = Board(
    name="model-health",
    title="Model health",
    folder="Teams",
    meaning="Whether the model of an endpoint still sees what it learned from, and still answers well.",
    variables=[NAMESPACE, ENDPOINT],
    hours=24 * 14,
    sections=[
        PanelRow(title="What comes in", panels=checks(*DATA_CHECKS)),
        PanelRow(title="What goes out", panels=checks(*MODEL_CHECKS)),
        PanelRow(
            title="The job",
            panels=[
                Panel(
                    title="Age of the newest run",
                    meaning="Older than the schedule: the job waits in its queue, or fails.",
                    unit="s",
                    queries=[Query(expr=f"time() - max({CHECKS_RUN}{{{CHOSEN}}})", legend="age")],
                ),
                Panel(
                    title="Rows that were judged",
                    meaning="Of each check in the newest run.",
                    unit="short",
                    queries=[
                        Query(
                            expr=f"max by (monitor) (model_health_check_rows{{{CHOSEN}}})", legend=BY_MONITOR
                        )
                    ],
                ),
            ],
        ),
    ],
)
