"""The cost and ownership tags that every resource carries, and how AWS arrives at them."""

from collections.abc import Mapping

COST_TAG = "team"
"""The tag key that budgets, anomaly detection and showback group by."""

SERVICE_TAG = "service"
"""The tag key that names the stack a resource is of. A role's tags are those of whoever acts as it."""

DATA_CLASS_TAG = "data-class"
"""The tag key that says how sensitive what a resource holds is."""

TAG_KEYS = ("cost-center", "data-class", "environment", "service", "team")
"""Every key that `stack_tags` sets: what a payer activates as cost allocation tags."""

DATA_CLASSES = ("public", "internal", "confidential", "regulated")
"""How much harm the loss of some data does, the least first."""


def stack_tags(
    *, team: str, environment: str, cost_center: str, data_class: str, service: str
) -> dict[str, str]:
    """The tags of one stack. The same keys are Kubernetes labels, so values must fit both grammars.

    A resource that serves an endpoint adds `tier`.
    """
    return {
        "cost-center": cost_center,
        DATA_CLASS_TAG: data_class,
        "environment": environment,
        SERVICE_TAG: service,
        "team": team,
    }


def effective_tags(default_tags: Mapping[str, str], own_tags: Mapping[str, str] | None) -> dict[str, str]:
    """The tags AWS will show: the provider's default tags, overridden key by key by the resource's own."""
    return {**default_tags, **(own_tags or {})}
