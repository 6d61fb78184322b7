"""Dashboards of what teams run on: the platform, one team, and what its GPUs do."""

from dataclasses import replace

from components.dashboards.goodput import BUSY_OF_WEEK
from components.dashboards.panels import GRID, Board, Panel, PanelRow, Query
from components.dashboards.selectors import CLASS_SERIES, NAMESPACE, NAMESPACES, STACK_SERIES
from components.monitoring.routing import NO_SEVERITY
from reference.vocabulary import NODE_AGENTS_NAMESPACE

OF_PODS = f'pod!="",namespace!="{NODE_AGENTS_NAMESPACE}",namespace=~"$namespace"'
BY_USE = "{{use}}"
NODES = Panel(
    title="Nodes with accelerators",
    meaning="By the stack that they are on the bill of, and the class of their accelerators.",
    unit="none",
    queries=[
        Query(
            expr=f'count by ({STACK_SERIES}, {CLASS_SERIES}) (kube_node_labels{{{CLASS_SERIES}!=""}})',
            legend=f"{{{{{STACK_SERIES}}}}} {{{{{CLASS_SERIES}}}}}",
        )
    ],
)
WAITING = Panel(
    title="Jobs that wait",
    meaning="Of each queue that has some: `active` for room, `inadmissible` for a quota that would never do.",
    unit="none",
    none="No job waits",
    queries=[
        Query(
            expr='max by (cluster_queue, status) (kueue_pending_workloads{cluster_queue=~"$namespace"}) > 0',
            legend="{{cluster_queue}} {{status}}",
        )
    ],
)
RUNNING = Panel(
    title="Jobs that run",
    meaning="Workloads that a queue has admitted.",
    unit="none",
    queries=[
        Query(
            expr='max by (cluster_queue) (kueue_admitted_active_workloads{cluster_queue=~"$namespace"})',
            legend="{{cluster_queue}}",
        )
    ],
)
WAIT = Panel(
    title="Wait before a job starts, p90 of a day",
    meaning="Interpolated within Kueue's buckets; QueueWaitIsLong fires at almost three hours.",
    unit="s",
    queries=[
        Query(
            expr="histogram_quantile(0.9, sum by (cluster_queue, le) "
            '(rate(kueue_admission_wait_time_seconds_bucket{cluster_queue=~"$namespace"}[1d])))',
            legend="{{cluster_queue}}",
        )
    ],
)
ALERTS = Panel(
    title="Alerts that fire",
    meaning="Each links to its runbook where it is told.",
    unit="none",
    form="table",
    width=24,
    height=6,
    columns={"alertname": "Alert", "severity": "Severity", "namespace": "Team", "Value": "How many"},
    none="No alert fires",
    queries=[
        Query(
            expr="sum by (alertname, severity, namespace) "
            f'(ALERTS{{alertstate="firing",severity!="{NO_SEVERITY}",namespace=~"$namespace|"}})'
        )
    ],
)

PLATFORM_BOARD = Board(
    name="platform",
    title="Platform",
    folder="Platform",
    meaning="Whether nodes come, queues move and the controllers answer, over all teams.",
    variables=[NAMESPACES],
    sections=[
        PanelRow(title="Now", panels=[ALERTS]),
        PanelRow(
            title="Nodes",
            panels=[
                NODES,
                Panel(
                    title="Use of each pool's limit",
                    meaning="At 1 no further node starts; NodePoolNearLimit fires above 0.9 of general nodes.",
                    unit="percentunit",
                    bad_above=1,
                    queries=[
                        Query(
                            expr="max by (nodepool, resource_type) (karpenter_nodepools_usage)"
                            " / max by (nodepool, resource_type) (karpenter_nodepools_limit > 0)",
                            legend="{{nodepool}} {{resource_type}}",
                        )
                    ],
                ),
                Panel(
                    title="Launches that failed",
                    meaning="By the error of EC2: most often no capacity of a type in a zone.",
                    unit="none",
                    none="No launch failed",
                    queries=[
                        Query(
                            expr="sum by (error) (increase(karpenter_cloudprovider_errors_total"
                            '{method="Create"}[30m])) > 0',
                            legend="{{error}}",
                        )
                    ],
                ),
                Panel(
                    title="Targets that answer",
                    meaning="0 where Prometheus reads nothing of a controller.",
                    unit="none",
                    queries=[
                        Query(
                            expr='min by (job) (up{job=~"karpenter|kube-state-metrics|kueue-controller-manager-'
                            'metrics-service|apiserver"})',
                            legend="{{job}}",
                        )
                    ],
                ),
            ],
        ),
        PanelRow(title="Queues", panels=[WAITING, RUNNING, replace(WAIT, width=GRID)]),
    ],
)

TEAM_BOARD = Board(
    name="team",
    title="Team",
    folder="Teams",
    meaning="What one team runs and waits for, whether its endpoints keep their promises, and what it costs now.",
    variables=[NAMESPACE],
    sections=[
        PanelRow(title="Now", panels=[ALERTS]),
        PanelRow(
            title="Objectives",
            panels=[
                Panel(
                    title="Error budgets that are left",
                    meaning="Of 30 days, by endpoint and objective; below 0 the promise is missed.",
                    unit="percentunit",
                    form="number",
                    width=24,
                    height=4,
                    bad_below=0,
                    queries=[
                        Query(
                            expr='sort(slo:period_error_budget_remaining:ratio{sloth_service=~"$namespace[.].+"})',
                            legend="{{sloth_id}}",
                        )
                    ],
                )
            ],
        ),
        PanelRow(title="Jobs", panels=[WAITING, RUNNING]),
        PanelRow(
            title="GPUs and cost",
            panels=[
                Panel(
                    title="GPUs held",
                    meaning="Requested by pods that run.",
                    unit="none",
                    queries=[
                        Query(
                            expr="sum by (namespace) (kube_pod_container_resource_requests"
                            '{resource=~"nvidia_com_gpu|aws_amazon_com_neuron",namespace="$namespace"}'
                            ' and on (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1))',
                            legend="held",
                        )
                    ],
                ),
                Panel(
                    title="Cost of nodes that run",
                    meaning="US dollars an hour at list price, spot as once seen; where `budget.rate` is set.",
                    unit="currencyUSD",
                    stacked=True,
                    queries=[
                        Query(
                            expr='sum by (pool) (paved:node_cost_usd:hourly{stack="$namespace"})',
                            legend="{{pool}}",
                        )
                    ],
                ),
            ],
        ),
    ],
)

GPU_BOARD = Board(
    name="gpus",
    title="GPU efficiency and goodput",
    folder="Platform",
    meaning="What comes of the GPUs that are paid for, and how hard those work that pods hold.",
    variables=[NAMESPACES],
    hours=24 * 7,
    sections=[
        PanelRow(
            title="What comes of each GPU",
            panels=[
                Panel(
                    title="GPUs by use",
                    meaning="busy, idle, unmeasured, held by a pod that waits, or held by nobody: they add up to all.",
                    unit="none",
                    width=16,
                    stacked=True,
                    queries=[Query(expr="sum by (use) (paved:gpus:count)", legend=BY_USE)],
                ),
                BUSY_OF_WEEK,
                Panel(
                    title="GPUs that nobody uses",
                    meaning="Idle in a pod, or on a node without a pod, by stack and pool.",
                    unit="none",
                    width=24,
                    none="Every GPU is used",
                    queries=[
                        Query(
                            expr='sum by (stack, pool, use) (paved:gpus:count{use=~"idle|unallocated"}) > 0',
                            legend="{{stack}} {{pool}} {{use}}",
                        )
                    ],
                ),
            ],
        ),
        PanelRow(
            title="How hard they work",
            panels=[
                Panel(
                    title="Streaming multiprocessors in use",
                    meaning="The share of cycles with work: low with a high use of the GPU is a program that waits.",
                    unit="percentunit",
                    queries=[
                        Query(
                            expr=f"avg by (namespace, pod) (DCGM_FI_PROF_SM_ACTIVE{{{OF_PODS}}})",
                            legend="{{namespace}}/{{pod}}",
                        )
                    ],
                ),
                Panel(
                    title="Tensor cores in use",
                    meaning="The share of cycles in which matrices are multiplied.",
                    unit="percentunit",
                    queries=[
                        Query(
                            expr=f"avg by (namespace, pod) (DCGM_FI_PROF_PIPE_TENSOR_ACTIVE{{{OF_PODS}}})",
                            legend="{{namespace}}/{{pod}}",
                        )
                    ],
                ),
                Panel(
                    title="Memory in use",
                    meaning="Of the fullest GPU of each pod.",
                    unit="percentunit",
                    queries=[
                        Query(
                            expr=f"max by (namespace, pod) (DCGM_FI_DEV_FB_USED{{{OF_PODS}}} / "
                            "(DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE + DCGM_FI_DEV_FB_RESERVED))",
                            legend="{{namespace}}/{{pod}}",
                        )
                    ],
                ),
                Panel(
                    title="Power",
                    meaning="Watts: far below the card's limit, it waits.",
                    unit="watt",
                    queries=[
                        Query(
                            expr=f"sum by (namespace, pod) (DCGM_FI_DEV_POWER_USAGE{{{OF_PODS}}})",
                            legend="{{namespace}}/{{pod}}",
                        )
                    ],
                ),
            ],
        ),
    ],
)
