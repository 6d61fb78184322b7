"""Rights as text for a terminal, and as data."""

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import indent
from typing import Any

from rich.table import Table

from paved.access.rights import Holder, HolderKind, Right
from paved.table_text import WIDTH, counted, table_text, terminal_width

HEADINGS: dict[HolderKind, str] = {
    "people": "People: IAM roles with an access entry of the cluster",
    "groups": "Groups of the cluster's RBAC: of `paved:` by access entries, of `oidc:` by the company's login",
    "pods": "Pods: roles of service accounts",
    "nodes": "Nodes: roles of the instances",
    "services": "AWS services that act for the stack",
}

INDENT = 4
MOST = (44, 66)
"""Columns of actions and of resources where there is room for both."""


def access_view(stack: str, found: Sequence[Holder]) -> str:
    """Everybody with rights, by kind, each with what they may do."""
    parts = [f"{stack}: rights that its plan and those below it give, {counted(len(found), 'holder')}"]
    for kind, heading in HEADINGS.items():
        of_kind = [holder for holder in found if holder.kind == kind]
        if of_kind:
            parts.append("\n".join([heading, *(_holder(holder) for holder in of_kind)]))
    return "\n\n".join(parts)


def _holder(holder: Holder) -> str:
    bound = f", at most {holder.bound}" if holder.bound else ""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    for width in _widths(terminal_width() or WIDTH):
        table.add_column(width=width, overflow="fold")
    for right in holder.rights:
        table.add_row(_actions(right), _resources(right))
    lines = indent(table_text(table) if holder.rights else "nothing", " " * INDENT)
    return f"  {holder.name}, by {holder.stack}{bound}{_since(holder)}\n{lines}"


def _widths(columns: int) -> tuple[int, int]:
    """The widths of actions and of resources on a terminal, beside the indent and the gaps."""
    room = columns - INDENT - 4
    actions = min(MOST[0], room * 2 // 5)
    return actions, min(MOST[1], room - actions)


def _since(holder: Holder) -> str:
    since = holder.since
    if since is None:
        return ""
    return f", since {since} ({since.commit}, {since.author})" if since.day else f", since when is {since}"


def _actions(right: Right) -> str:
    return f"{'never ' if right.denied else ''}{', '.join(right.actions)}"


def _resources(right: Right) -> str:
    condition = f"; only if {', '.join(right.only_if)}" if right.only_if else ""
    return f"{', '.join(map(_short, right.resources))}{condition}"


def _short(resource: str) -> str:
    """An ARN by its service and its name: partition, region and account are those of the stack."""
    if not resource.startswith("arn:"):
        return resource
    _, _, service, _, _, name = resource.split(":", 5)
    return f"{service}:{name}"


def access_data(stack: str, found: Sequence[Holder]) -> dict[str, Any]:
    """The same as JSON data."""
    return {"schema_version": "1", "stack": stack, "holders": [asdict(holder) for holder in found]}
