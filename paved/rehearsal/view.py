"""A rehearsal as text: the outcomes by stack and service, every refusal with its reason, and the limits of it all."""

from collections import Counter
from collections.abc import Iterator

from rich.table import Table

from paved.rehearsal.outcome import Outcome, Status
from paved.rehearsal.rehearsal import Rehearsal, RehearsedStack
from paved.table_text import columns, table_text

STATUSES: tuple[Status, ...] = ("created", "validated", "rejected")
TIED = "~"
"""Stands for a space that no line breaks at, while the table is laid out."""

LEGEND = """\
created: every call ran against the in-memory AWS. validated: the in-memory AWS lacks a call, so AWS's own API
model (or the schemas of Kubernetes) judged it. Helm charts are not fetched: what is in them is not seen."""
LIMITS = """\
A rehearsal cannot tell: service quotas, whether IAM lets the deploy role and the pods do it, whether there is
capacity, how long it takes, and what an update or a deletion of what is already there does."""


def view(rehearsal: Rehearsal, *, every_resource: bool = False) -> str:
    """The tables by stack and service, every rejection and warning, and the totals."""
    sections = [_stack_section(stack, every_resource) for stack in rehearsal.stacks]
    sections += filter(None, (_rejections(rehearsal), _warnings(rehearsal)))
    return "\n\n".join(
        [*sections, _totals(rehearsal), "\n".join((LEGEND, _custom_fields(rehearsal), LIMITS))]
    )


def _stack_section(stack: RehearsedStack, every_resource: bool) -> str:
    heading = f"{stack.name}: account {stack.account} in {stack.region}"
    return f"{heading}\n{_resources(stack) if every_resource else _services(stack)}"


def _services(stack: RehearsedStack) -> str:
    table = _table("service", *STATUSES)
    table.add_column("resources", overflow="fold")
    for service, counts in stack.counts().items():
        kinds = Counter(_kind(outcome) for outcome in stack.outcomes if outcome.service == service)
        most_first = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
        listed = ", ".join(f"{kinds[kind]}{TIED}{kind}" for kind in most_first)
        table.add_row(f"  {service}", *(str(counts[status]) for status in STATUSES), listed)
    return _text(table)


def _resources(stack: RehearsedStack) -> str:
    """One line a resource, however long: an id that is cut is of no use."""
    rows = [
        (outcome.status, short_type(outcome), outcome.name, outcome.id or "") for outcome in stack.outcomes
    ]
    return "\n".join(columns(rows, "  "))


def _rejections(rehearsal: Rehearsal) -> str:
    lines = []
    for stack in rehearsal.stacks:
        roots = [outcome for outcome in stack.rejected if not outcome.only_follows]
        for outcome in roots:
            lines.append(f"{stack.name}: {short_type(outcome)} `{outcome.name}`")
            lines += [f"  {rejection}" for rejection in outcome.rejections]
        if waiting := len(stack.rejected) - len(roots):
            lines.append(f"{stack.name}: {waiting} more {_resource(waiting)} for what was rejected")
    return "\n".join(["rejected", *(f"  {line}" for line in lines)]) if lines else ""


def _warnings(rehearsal: Rehearsal) -> str:
    lines = []
    for stack in rehearsal.stacks:
        for outcome in stack.outcomes:
            resource = f"{stack.name}: {short_type(outcome)} `{outcome.name}`"
            lines += [f"  {resource}: {warning}" for warning in outcome.warnings]
    return "\n".join(["only AWS or the cluster can judge", *lines]) if lines else ""


def _totals(rehearsal: Rehearsal) -> str:
    counts = Counter(outcome.status for outcome in _outcomes(rehearsal))
    stacks = len(rehearsal.stacks)
    totals = ", ".join(f"{counts[status]} {status}" for status in STATUSES)
    return f"{stacks} {'stack' if stacks == 1 else 'stacks'}, {counts.total()} resources: {totals}"


def _custom_fields(rehearsal: Rehearsal) -> str:
    if rehearsal.server:
        return (
            "The API server that KUBECONFIG names was asked to judge every Kubernetes object, as a dry run."
        )
    return (
        "Of custom resources (NodePool, InferenceService …) only name, labels and the like were checked: with\n"
        "`kubectl` on PATH and KUBECONFIG set, a real API server judges them whole, as a dry run."
    )


def _outcomes(rehearsal: Rehearsal) -> Iterator[Outcome]:
    for stack in rehearsal.stacks:
        yield from stack.outcomes


def _resource(count: int) -> str:
    return "resource waits" if count == 1 else "resources wait"


def _kind(outcome: Outcome) -> str:
    return outcome.type.rpartition(":")[2]


def short_type(outcome: Outcome) -> str:
    """The type without its module: `aws:ec2/subnet:Subnet` is `aws:ec2:Subnet`."""
    package, _, rest = outcome.type.partition(":")
    module, _, kind = rest.partition(":")
    return f"{package}:{module.partition('/')[0] if package == 'aws' else module}:{kind}"


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(f"  {titles[0]}", no_wrap=True)
    for title in titles[1:]:
        table.add_column(title, justify="right")
    return table


def _text(table: Table) -> str:
    return table_text(table).replace(TIED, " ")
