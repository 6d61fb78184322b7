"""Dashboards of who pays: what runs now by the hour, and one page for those who decide."""

from components.dashboards.goodput import BUSY_OF_DAY, BUSY_OF_WEEK
from components.dashboards.panels import Board, Panel, PanelRow, Query
from pricing.money import HOURS_A_MONTH
from reference.exported_series import CHECK_PASSED

HOURS_A_WEEK = 7 * 24
BY_TEAM = "{{team}}"
COST = "sum by (team) (paved:node_cost_usd:hourly)"
COST_NOW = Panel(
    title="Cost of nodes that run, by team",
    meaning="US dollars an hour at list price, spot as once seen, of teams whose file has `budget.rate`. No discount, "
    "disk or tax is in it: the bill is what counts.",
    unit="currencyUSD",
    width=16,
    stacked=True,
    queries=[Query(expr=COST, legend=BY_TEAM)],
)
COST_OF_MONTH = Panel(
    title="A month at the pace of the last seven days",
    meaning=f"US dollars at list price, nights and weekends in it: {HOURS_A_MONTH} hours at the mean of a week, read "
    "once an hour. Too little for nodes that have a price for less than a week.",
    unit="currencyUSD",
    form="number",
    width=8,
    queries=[
        Query(
            expr=f"sort_desc(sum_over_time(({COST})[{HOURS_A_WEEK}h:1h]) / {HOURS_A_WEEK} * {HOURS_A_MONTH})",
            legend=BY_TEAM,
        ),
    ],
)
COST_OF_DAY = Panel(
    title="Cost of a day, by team",
    meaning="US dollars at list price of the 24 hours before each moment, read once an hour.",
    unit="currencyUSD",
    width=16,
    stacked=True,
    queries=[Query(expr=f"sum_over_time(({COST})[1d:1h])", legend=BY_TEAM)],
)
UNUSED = Panel(
    title="GPUs that are paid for and not used",
    meaning="Idle in a pod, or on a node without a pod.",
    unit="none",
    stacked=True,
    queries=[Query(expr='sum by (stack) (paved:gpus:count{use=~"idle|unallocated"})', legend="{{stack}}")],
)

COST_BOARD = Board(
    name="cost",
    title="Cost by the hour",
    folder="Finance",
    meaning="What teams spend at this moment: AWS Budgets and the bill are a day late.",
    variables=[],
    hours=24 * 7,
    sections=[
        PanelRow(title="Nodes", panels=[COST_NOW, COST_OF_MONTH]),
        PanelRow(
            title="What it is spent on",
            panels=[
                UNUSED,
                Panel(
                    title="By pool",
                    meaning="US dollars an hour of each pool of each stack.",
                    unit="currencyUSD",
                    stacked=True,
                    queries=[
                        Query(
                            expr="sum by (stack, pool) (paved:node_cost_usd:hourly)",
                            legend="{{stack}} {{pool}}",
                        )
                    ],
                ),
                Panel(
                    title="Nodes without a price",
                    meaning="Nobody has read one of their type: they are in no sum of this page.",
                    unit="none",
                    width=24,
                    none="Every node has a price",
                    queries=[
                        Query(
                            expr="sum by (stack, pool) (paved:nodes_unpriced:count) > 0",
                            legend="{{stack}} {{pool}}",
                        )
                    ],
                ),
            ],
        ),
    ],
)

EXECUTIVE_BOARD = Board(
    name="executive",
    title="At a glance",
    folder="Finance",
    meaning="Whether promises are kept, GPUs are used, and what is spent, in four answers.",
    variables=[],
    hours=24 * 30,
    sections=[
        PanelRow(
            title="Promises",
            panels=[
                Panel(
                    title="Objectives that are kept",
                    meaning="The share of those with traffic whose month's error budget is not used up.",
                    unit="percentunit",
                    form="number",
                    width=8,
                    height=6,
                    bad_below=1,
                    queries=[
                        Query(
                            expr="(count(slo:period_error_budget_remaining:ratio >= 0) or vector(0))"
                            " / count(slo:period_error_budget_remaining:ratio)",
                            legend="kept",
                        )
                    ],
                ),
                Panel(
                    title="Objectives that are missed",
                    meaning="Each whose budget of 30 days is used up.",
                    unit="percentunit",
                    form="table",
                    width=16,
                    height=6,
                    columns={
                        "sloth_service": "Endpoint",
                        "sloth_slo": "Objective",
                        "Value": "Budget that is left",
                    },
                    none="None is missed",
                    queries=[
                        Query(
                            expr="sort(max by (sloth_service, sloth_slo) (slo:period_error_budget_remaining:ratio) < 0)"
                        )
                    ],
                ),
            ],
        ),
        PanelRow(
            title="Models",
            panels=[
                Panel(
                    title="Checks of models that pass",
                    meaning="Of those that can tell.",
                    unit="percentunit",
                    form="number",
                    width=8,
                    height=6,
                    bad_below=1,
                    queries=[Query(expr=f"avg({CHECK_PASSED} >= 0)", legend="pass")],
                ),
                Panel(
                    title="Teams whose checks fail",
                    meaning="The number of checks that fail now.",
                    unit="none",
                    form="table",
                    width=16,
                    height=6,
                    columns={"namespace": "Team", "endpoint": "Endpoint", "Value": "Checks that fail"},
                    none="No check fails",
                    queries=[Query(expr=f"sort_desc(count by (namespace, endpoint) ({CHECK_PASSED} == 0))")],
                ),
            ],
        ),
        PanelRow(title="GPUs", panels=[BUSY_OF_WEEK, BUSY_OF_DAY]),
        PanelRow(title="Money", panels=[COST_OF_MONTH, COST_OF_DAY]),
    ],
)
