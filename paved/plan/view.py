"""A plan as text that a person reviews in a minute."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rich.table import Table

from paved.plan.capacity import NO_SHARED_CAPACITY, Row, SharedCapacity
from paved.plan.evictions import evictions
from paved.plan.model import Plan, PlannedResource
from paved.plan.notes import known, note, queue_shares
from paved.plan.promised import monitor_rows, promise_rows
from paved.plan.request_logs import request_log_rows
from paved.plan.room import room_rows
from paved.plan.volumes import volume_rows
from paved.table_text import table_text
from pricing.guard import ALERT_DELAY
from pricing.money import usd
from reference.vocabulary import CLUSTER_QUEUE, NODE_POOL, PULUMI_STACK, Unknown
from stacks.checks.folder import StackFile
from stacks.program.told import secret_rows, told_rows
from stacks.schema import Foundation, Platform, Team

AREAS = (
    "network",
    "security",
    "identity",
    "cluster",
    "platform",
    "registry",
    "training",
    "data",
    "tracking",
    "retraining",
    "notebooks",
    "serving",
    "monitoring",
    "budgets",
)


@dataclass(frozen=True, kw_only=True)
class PlanMoney:
    """Prices of a GPU-hour by the URN of a pool, and rows of the budget, in words; and prices that are too old soon."""

    pools: Mapping[str, str] = field(default_factory=dict)
    budget: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    metrics: tuple[Row, ...] = ()


NO_MONEY = PlanMoney()


def view(
    plan: Plan,
    file: StackFile,
    shared: SharedCapacity = NO_SHARED_CAPACITY,
    money: PlanMoney = NO_MONEY,
    verdict: str = "",
    summary: Sequence[Row] = (),
) -> str:
    """The plan of one stack: its summary, areas and components, then what deserves a second look.

    `verdict` is the text of the policies about it.
    """
    sections = [_heading(plan, file), _section("Summary", list(summary)), _components(plan)]
    for title, rows in _sections(plan, file, shared, money):
        sections.append(_section(title, rows))
    sections += [verdict, _size_in_words(plan)]
    return "\n\n".join(filter(None, sections))


def _heading(plan: Plan, file: StackFile) -> str:
    stack = file.stack
    match stack:
        case Foundation():
            kind = "foundation"
        case Platform():
            kind = f"platform on {stack.foundation}"
        case Team():
            kind = f"team stack on {stack.platform}"
    where = f"account {stack.account.id} in {stack.account.region}"
    owner = f"{stack.owner.team}, {stack.owner.cost_center}"
    return f"{plan.stack}: {kind}, {where}, owned by {owner}\nplanned offline: no account and no cluster was asked"


def _components(plan: Plan) -> str:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for area, components in _by_area(plan):
        total = sum(_size(plan, component) for component in components)
        table.add_row(area, str(total), "")
        for component in components:
            noun = component.type.rsplit(":", 1)[-1]
            title = f"  {noun} {component.name}"
            table.add_row(title, str(_size(plan, component)), _remarks(plan, component))
    return table_text(table)


def _by_area(plan: Plan) -> list[tuple[str, list[PlannedResource]]]:
    areas: dict[str, list[PlannedResource]] = {}
    for resource in plan.resources:
        if resource.type.startswith("paved:") and not _inside_component(plan, resource):
            areas.setdefault(resource.type.split(":")[1], []).append(resource)
    order = {area: index for index, area in enumerate(AREAS)}
    return sorted(areas.items(), key=lambda item: (order.get(item[0], len(AREAS)), item[0]))


def _inside_component(plan: Plan, resource: PlannedResource) -> bool:
    parent = plan.by_urn.get(resource.parent or "")
    return parent is not None and parent.type.startswith("paved:")


def _size(plan: Plan, component: PlannedResource) -> int:
    return sum(resource.custom for resource in plan.descendants(component))


def _remarks(plan: Plan, component: PlannedResource) -> str:
    remarks: list[str] = []
    kinds: Counter[str] = Counter()
    for resource in plan.descendants(component):
        if not resource.custom:
            continue
        if remark := note(resource):
            remarks.append(remark)
        else:
            kinds[resource.type.rsplit(":", 1)[-1]] += 1
    if remarks:
        return "; ".join(remarks)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(3))


def _sections(
    plan: Plan, file: StackFile, shared: SharedCapacity, money: PlanMoney
) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    outputs = plan.outputs
    yield (
        "Protected: an `up` refuses to delete or replace them",
        [(kind, ", ".join(names)) for kind, names in _protected(plan)],
    )
    yield "Endpoints", [(name, known(url)) for name, url in _items(outputs.get("endpoints"))]
    yield "Objectives over 30 days", list(promise_rows(plan.stack, file.stack))
    yield "Monitors of models", list(monitor_rows(file.stack))
    yield "Inference log", list(request_log_rows(file.stack, outputs.get("inference_log")))
    yield "Capacity", [*_capacity(plan, money), *room_rows(file.stack), *shared.rows]
    yield "Data: claims in the team's namespace", list(volume_rows(outputs.get("volumes")))
    yield "Runs that start by themselves", list(_retraining(outputs.get("retraining")))
    yield "Notebooks", list(_notebooks(outputs.get("notebooks")))
    yield "Alerts: who is told", list(told_rows(file.stack))
    yield "Metrics", list(money.metrics)
    yield "Secrets: bring them to Secrets Manager before `up`", list(secret_rows(plan.stack, file.stack))
    yield "Ends training jobs that run: let them write checkpoints", list(evictions(plan))
    yield "Budget", [*_budget(outputs.get("budget")), *money.budget]
    yield "Warnings", [("!", warning) for warning in (*shared.warnings, *money.warnings)]


def _capacity(plan: Plan, money: PlanMoney) -> Iterator[tuple[str, str]]:
    for pool in plan.of(NODE_POOL):
        yield pool.name, ", ".join(filter(None, (note(pool), money.pools.get(pool.urn))))
    for queue in plan.of(CLUSTER_QUEUE):
        for accelerator, share in queue_shares(queue.inputs):
            yield f"queued {accelerator}", share


def _retraining(triggers: Any) -> Iterator[tuple[str, str]]:
    for name, trigger in _items(triggers):
        yield name, f"{known(trigger['starts'])}: {known(trigger['runs'])}"


def _notebooks(found: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(found, Mapping):
        return
    yield "people", ", ".join(found["people"])
    for size in found["sizes"]:
        yield "size", size
    yield "ends", found["ends"]
    yield "open", found["open"]


def _protected(plan: Plan) -> list[tuple[str, list[str]]]:
    kinds: dict[str, list[str]] = {}
    for resource in plan.resources:
        if resource.custom and resource.protect:
            kinds.setdefault(resource.type.rsplit(":", 1)[-1], []).append(resource.name)
    return sorted(kinds.items())


def _budget(budget: Any) -> Iterator[tuple[str, ...]]:
    if not isinstance(budget, Mapping):
        return
    tag = budget["cost_tag"]
    yield "limit", f"{usd(Decimal(budget['limit_usd']))} USD a month, cost center {budget['cost_center']}"
    yield (
        "ceiling",
        f"{usd(Decimal(budget['approved_ceiling_usd']))} USD approved with every pool at its maximum",
    )
    actual, forecast = (_percents(budget[key]) for key in ("actual_percent", "forecast_percent"))
    yield "alerts", f"at {actual} spent and {forecast} forecast; AWS Budgets is {ALERT_DELAY} late"
    if planned := budget.get("planned_usd"):
        months, amounts = sorted(planned), [Decimal(amount) for amount in planned.values()]
        yield (
            "planned",
            f"{usd(min(amounts))} to {usd(max(amounts))} USD a month, from {months[0]} to {months[-1]}",
        )
    if freeze := budget.get("freeze"):
        when = f"at {freeze['percent']}% {'spent' if freeze['spend'] == 'actual' else 'forecast'}"
        how = "once somebody approves" if freeze["approval"] == "manual" else "at once"
        yield "freeze", f"{when}, {how}: no new nodes until the month ends; what runs goes on and costs"
    yield "counts", f"what carries the tag {tag['key']}={tag['value']}, once finance has activated it"


def _percents(thresholds: Iterable[int]) -> str:
    return ", ".join(f"{percent}%" for percent in thresholds)


def _items(mapping: Any) -> Iterable[tuple[str, Any]]:
    return mapping.items() if isinstance(mapping, Mapping) else ()


def _section(title: str, rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(f"  {row[0]}", *row[1:])
    return f"{title}\n{table_text(table)}"


def _size_in_words(plan: Plan) -> str:
    size = counts(plan)
    unknown = sum(_has_unknown(resource.inputs) for resource in plan.resources)
    lines = [
        f"{size['component']} components: "
        f"{size['aws']} AWS resources and {size['kubernetes']} Kubernetes objects",
        f"{unknown} of them take values that are known only after `up`",
    ]
    return "\n".join(lines)


def counts(plan: Plan) -> Counter[str]:
    """The number of AWS resources, Kubernetes objects and components of a plan."""
    return Counter(
        "component" if not resource.custom else resource.type.partition(":")[0]
        for resource in plan.resources
        if resource.type != PULUMI_STACK
    )


def _has_unknown(value: Any) -> bool:
    match value:
        case Unknown():
            return True
        case Mapping():
            return any(_has_unknown(item) for item in value.values())
        case list() | tuple():
            return any(_has_unknown(item) for item in value)
        case _:
            return False
