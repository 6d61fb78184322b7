"""The share of the time of GPUs that was busy, for engineers and for those who pay."""

from components.dashboards.panels import Panel, Query


def busy_share(window: str) -> str:
    """The share of GPU time of a window that was busy. Sums, since nodes come and go: a mean forgets who was away."""
    return (
        f'sum(sum_over_time(paved:gpus:count{{use="busy"}}[{window}]))'
        f" / sum(sum_over_time(paved:gpus_allocatable:count[{window}]))"
    )


BUSY_OF_WEEK = Panel(
    title="GPU time that was busy, of seven days",
    meaning="Of all that nodes had while they ran; the monthly report divides the rest.",
    unit="percentunit",
    form="number",
    width=8,
    queries=[Query(expr=busy_share("7d"), legend="busy")],
)
BUSY_OF_DAY = Panel(
    title="GPU time that was busy, of a day",
    meaning="Of the 24 hours before each moment.",
    unit="percentunit",
    width=16,
    queries=[Query(expr=busy_share("1d"), legend="busy")],
)
