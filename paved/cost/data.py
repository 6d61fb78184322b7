"""The cost of a stack as JSON data: money is text with two decimals, and null where it is not known."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from paved.cost.price_page import price_data
from paved.cost.stack_cost import SharedCost, StackCost
from policies.evaluation import PolicyReport
from pricing.ageing import ageing
from pricing.changes import Change, Comparison
from pricing.cost_components import CostKind
from pricing.cost_range import FIGURES, CostRange
from pricing.estimate import Estimate, EstimateLine, total
from pricing.general_nodes import GeneralUse
from pricing.money import HOURS_A_MONTH
from pricing.provenance import counts, expected_by_basis
from pricing.units import UnitPrice

SCHEMA_VERSION = "1"


def cost_data(cost: StackCost, shares: Sequence[SharedCost], judged: PolicyReport) -> dict[str, Any]:
    """Return one stack's cost, and the verdict of the cost rule on it."""
    return {
        **_head(cost.estimate),
        "owner": cost.owner,
        **_amounts(cost),
        "findings": [finding.as_json() for finding in judged.findings],
        "excepted": [finding.as_json() for finding in judged.excepted],
        "units": [_unit(each) for each in cost.units],
        "general_nodes": [_general(each) for each in cost.general],
        "shared": [_share(each) for each in shares],
        **_basis(cost.estimate),
    }


def _amounts(cost: StackCost) -> dict[str, Any]:
    """The totals of a stack, and what they are compared with."""
    priced = cost.estimate
    return {
        "is_complete": priced.is_complete,
        "totals": _money(cost.totals) if priced.is_complete else None,
        "priced_totals": _figures(priced.total),
        "baseline": _figures(total(priced.of(CostKind.BASELINE))),
        "assumed": _figures(total(priced.of(CostKind.ASSUMED))),
        "coverage": {str(kind): count for kind, count in priced.coverage.items()},
        "discount_percent": {family: f"{percent:f}" for family, percent in sorted(cost.discounts.items())},
        "savings_plan": _savings(cost),
        "limits": _limits(cost),
    }


def _basis(priced: Estimate) -> dict[str, Any]:
    """The lines that the totals add up, and the prices that these rest on."""
    return {
        "notices": [*priced.notices, *ageing(priced.prices, priced.as_of)],
        "prices": [price_data(price) for price in priced.prices],
        "provenance": _provenance(priced),
        "lines": [_line(line) for line in priced.lines],
    }


def comparison_data(found: Comparison, against: str) -> dict[str, Any]:
    """Return the changes between two estimates."""
    return {
        **_head(found.after),
        "against": against,
        "before": _figures(found.before.total),
        "after": _figures(found.after.total),
        "delta": {figure: f"{found.delta(figure):.2f}" for figure in FIGURES},
        "changes": [_change(change) for change in found.changes],
    }


def _head(priced: Estimate) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "currency": "USD",
        "period": f"month of {HOURS_A_MONTH} hours",
        "stack": priced.stack,
        "region": priced.region,
        "as_of": str(priced.as_of),
    }


def _money(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {figure: f"{amounts[figure]:.2f}" for figure in FIGURES}


def _figures(figures: CostRange | None) -> dict[str, str] | None:
    return _money(vars(figures)) if figures else None


def _line(line: EstimateLine) -> dict[str, Any]:
    charge = line.charge
    return {
        "urn": line.urn,
        "type": line.type,
        "name": line.name,
        "component": line.component,
        "what": charge.what,
        "kind": str(charge.kind),
        "is_default_assumption": charge.starred,
        "amounts": _figures(line.amount),
        "fails_closed": charge.fails_closed,
        "note": charge.note,
    }


def _provenance(priced: Estimate) -> dict[str, Any]:
    """The number of prices of each origin, and the part of the expected total that rests on each."""
    expected = expected_by_basis(priced)
    return {
        "prices": {str(basis): count for basis, count in counts(priced.prices).items()},
        "expected": {str(basis): f"{amount:.2f}" for basis, amount in expected.items()},
    }


def _unit(each: UnitPrice) -> dict[str, Any]:
    low, high = (None if usd is None else f"{usd:.6f}" for usd in (each.low, each.high))
    return {"subject": each.subject, "unit": each.unit, "low_usd": low, "high_usd": high}


def _general(use: GeneralUse) -> dict[str, Any]:
    return {
        "name": use.name,
        "amounts": _figures(use.amount),
        "is_default_assumption": use.is_default,
        "note": use.note,
    }


def _share(share: SharedCost) -> dict[str, Any]:
    return {
        "stack": share.stack,
        "teams": list(share.teams),
        "percent": f"{share.percent:.4f}",
        "amounts": _money(share.amounts) if share.is_complete else None,
    }


def _savings(cost: StackCost) -> dict[str, Any] | None:
    if not cost.savings or not cost.estimate.is_complete:
        return None
    return {"commitment": f"{cost.savings.commitment:.2f}", "covered": _money(cost.savings.covered)}


def _limits(cost: StackCost) -> dict[str, Any] | None:
    if not cost.limits:
        return None
    burn = cost.hours_to_burn
    return {
        "approved_ceiling_usd": f"{cost.limits.approved_ceiling_usd:.2f}",
        "monthly_usd": f"{cost.limits.monthly_usd:.2f}",
        "hours_to_burn_at_ceiling": None if burn is None else f"{burn:.1f}",
    }


def _change(change: Change) -> dict[str, Any]:
    deltas = {figure: change.delta(figure) for figure in FIGURES}
    return {
        "urn": change.urn,
        "was_urn": change.was_urn,
        "name": change.name,
        "component": change.component,
        "what": change.what,
        "verb": str(change.verb),
        "before": _figures(change.before),
        "after": _figures(change.after),
        "delta": {figure: None if delta is None else f"{delta:.2f}" for figure, delta in deltas.items()},
        "note_before": change.notes[0],
        "note": change.notes[1],
    }
