"""Mixes of nodes within a limit: the dearest and the cheapest, with their price."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import combinations
from math import ceil, gcd


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node that a pool may hold: its units of the limited resource, and its price an hour."""

    name: str
    units: int
    usd: Decimal


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Some nodes together, sorted by name, and their price an hour."""

    nodes: tuple[tuple[str, int], ...]
    usd: Decimal

    def __str__(self) -> str:
        return ", ".join(f"{count} x {name}" for name, count in self.nodes) or "no node"


def dearest(nodes: Sequence[Node], limit: int) -> Mix:
    """The nodes of the highest price that fit a limit together. There is no dearer choice: every one is compared."""
    step = reduce(gcd, (node.units for node in nodes))
    best = [(Decimal(0), -1, 0)]
    for room in range(1, limit // step + 1):
        choice = (best[room - 1][0], -1, room - 1)
        for index, node in enumerate(nodes):
            left = room - node.units // step
            if left >= 0 and best[left][0] + node.usd > choice[0]:
                choice = (best[left][0] + node.usd, index, left)
        best.append(choice)
    return _chosen(nodes, best, limit // step)


def cheapest(nodes: Sequence[Node], need: int) -> Mix:
    """The nodes of the lowest price that have at least what is needed."""
    step = reduce(gcd, (node.units for node in nodes))
    best = [(Decimal(0), -1, 0)]
    for wanted in range(1, ceil(need / step) + 1):
        choices = []
        for index, node in enumerate(nodes):
            rest = max(0, wanted - node.units // step)
            choices.append((best[rest][0] + node.usd, index, rest))
        best.append(min(choices))
    return _chosen(nodes, best, len(best) - 1)


def bound(shapes: Sequence[tuple[Decimal, Decimal, Decimal]], vcpus: Decimal, memory_gib: Decimal) -> Decimal:
    """An hourly price that no nodes within both limits exceed. A shape is a node's vCPUs, its GiB and its price.

    It is the dual of filling both limits with fractions of nodes: the least price of the limits themselves, at a
    price of a vCPU and of a GiB that no shape exceeds.
    """
    # A linear program of two variables has its optimum at a corner: each axis, and where two shapes meet.
    corners = [
        (max(usd / cpu for cpu, _, usd in shapes), Decimal(0)),
        (Decimal(0), max(usd / gib for _, gib, usd in shapes)),
    ]
    for first, second in combinations(shapes, 2):
        if corner := _met(first, second):
            corners.append(corner)
    allowed = [corner for corner in corners if _covers(corner, shapes)]
    return min(a * vcpus + b * memory_gib for a, b in allowed)


def _covers(corner: tuple[Decimal, Decimal], shapes: Sequence[tuple[Decimal, Decimal, Decimal]]) -> bool:
    """Whether no shape costs more than its vCPUs and its GiB at these prices."""
    slack = Decimal("1e-18")  # of a division that does not come out even
    a, b = corner
    return all(a * cpu + b * gib >= usd - slack for cpu, gib, usd in shapes)


def _met(
    first: tuple[Decimal, Decimal, Decimal], second: tuple[Decimal, Decimal, Decimal]
) -> tuple[Decimal, Decimal] | None:
    """The price of a vCPU and of a GiB at which two shapes cost what they cost; None where one of them is negative."""
    (cpu, gib, usd), (cpu2, gib2, usd2) = first, second
    area = cpu * gib2 - cpu2 * gib
    if not area:
        return None
    a, b = (usd * gib2 - usd2 * gib) / area, (cpu * usd2 - cpu2 * usd) / area
    return (a, b) if a >= 0 and b >= 0 else None


def _chosen(nodes: Sequence[Node], best: Sequence[tuple[Decimal, int, int]], start: int) -> Mix:
    counts: dict[str, int] = {}
    place, total = start, best[start][0]
    while place > 0:
        _, index, before = best[place]
        if index >= 0:
            counts[nodes[index].name] = counts.get(nodes[index].name, 0) + 1
        place = before
    return Mix(nodes=tuple(sorted(counts.items())), usd=total)
