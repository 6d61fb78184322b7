"""A row that follows another one, for tests: no release of the platform, and no version in it was ever read."""

from dataclasses import replace
from datetime import date
from typing import Any

from reference.releases import Release, Transition, release

BEFORE = release("2026.11")
AS_OF = date(2027, 2, 10)
PINS = {
    "kubernetes": ("1.35", "1.36"),
    "ami_alias": ("al2023@v20260714", "al2023@v20270105"),
    "charts.keda": ("2.20.2", "2.21.0"),
    "charts.kserve-crd": ("v0.20.0", "v0.21.0"),
}
"""The pins that differ, with their values before and after."""


def record(pin: str, **fields: Any) -> Transition:
    """A transition of a pin that differs: safe, but for those of Kubernetes and KServe, which somebody does."""
    before, after = PINS.get(pin, ("1.0.0", "1.0.1"))
    found: dict[str, Any] = {
        "pin": pin,
        "verdict": "safe",
        "before": before,
        "after": after,
        "source": "an example",
        "read_on": AS_OF,
    }
    if pin == "kubernetes":
        found |= {"verdict": "manual", "after_up": ("move add-ons to what EKS recommends for 1.36",)}
    if pin == "charts.kserve-crd":
        found |= {"verdict": "manual", "before_up": ("save the endpoints", "migrate stored versions")}
    return Transition(**{**found, **fields})


def following(*records: Transition, **fields: Any) -> Release:
    """The row with a record for each of its pins; those that are given take the place of theirs."""
    given = {each.pin: each for each in records}
    transitions = tuple(given.pop(pin, None) or record(pin) for pin in PINS)
    charts = {**BEFORE.charts, "keda": "2.21.0", "kserve-crd": "v0.21.0"}
    row = replace(
        BEFORE,
        name="2027.02",
        as_of=AS_OF,
        kubernetes="1.36",
        ami_alias="al2023@v20270105",
        charts=charts,
        transitions=(*transitions, *given.values()),
    )
    return replace(row, **fields)
