"""Attainment of every objective in the month, from the series that its rules record; those that nothing measured."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from paved.error_budgets.promises import Promise
from paved.operations.exports import OF_OBJECTIVES
from paved.operations.organisation import OrganisationFacts
from paved.operations.range_export import ExportedSeries

CountedIn = Literal["requests", "looks"]
"""Requests that came, or moments at which the rules looked whether something was as it should be. A sum of both has no
meaning: an endpoint has millions of the one, and 86,400 of the other in thirty days.
"""

Judgement = Literal["missed", "not measured", "met", "no requests"]
WORST_FIRST: tuple[Judgement, ...] = ("missed", "not measured", "met", "no requests")
"""The order of a table. Not to know is worse than a promise that is kept, and no better than that."""


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """One objective's month: `events` and `bad` are sums of rates of one step each, so that only their ratio says
    anything. `objective` is the share that must be good, and `measured` that of the month's steps with a sample.
    `counted_in` is None where there was none.
    """

    promise: Promise
    team: str
    stack: str
    tier: str
    objective: float
    counted_in: CountedIn | None = None
    events: float = 0.0
    bad: float = 0.0
    measured: float = 0.0

    @property
    def attained(self) -> float | None:
        """The share of events that were good; None where there was none."""
        return 1 - self.bad / self.events if self.events else None

    @property
    def budget_left(self) -> float | None:
        """The part of the month's error budget that is left; below 0 where more was bad than may be."""
        if self.attained is None or self.objective >= 1:
            return None
        return 1 - (1 - self.attained) / (1 - self.objective)

    @property
    def is_met(self) -> bool | None:
        """Whether the month met the objective; None where nothing was counted."""
        return None if self.attained is None else self.attained >= self.objective

    @property
    def judgement(self) -> Judgement:
        """The month in a word. Without a sample nothing is known; samples of no request are an idle month."""
        if self.is_met is None:
            return "no requests" if self.measured else "not measured"
        return "met" if self.is_met else "missed"


Values = Mapping[int, float]
"""Values by step."""
Exports = Mapping[str, Sequence[ExportedSeries]]


def attainments(
    exports: Iterable[Exports], organisation: OrganisationFacts, steps: int
) -> tuple[Attainment, ...]:
    """The month of every objective that was recorded or that a stack file promises, the worst first.

    An objective is of a service and a promise: of one endpoint several are recorded, in units of their own.
    """
    told = [each for each in exports if each.keys() >= OF_OBJECTIVES]
    objectives = by_promise(told, "slo_objective")
    requests, failures = by_promise(told, "slo_requests"), by_promise(told, "slo_failures")
    looks = by_promise(told, "slo_looks")
    recorded: list[Attainment] = []
    for promise, values in objectives.items():
        counted = requests.get(promise, {})
        unknown = _unmeasured(promise, values[max(values)], organisation)
        recorded.append(
            replace(
                unknown,
                counted_in=("looks" if promise in looks else "requests") if counted else None,
                events=sum(counted.values()),
                bad=sum(failures.get(promise, {}).values()),
                measured=len(counted) / steps,
            )
        )
    return tuple(sorted([*recorded, *_unrecorded(organisation, objectives)], key=_place))


def by_promise(exports: Iterable[Exports], name: str) -> dict[Promise, Values]:
    """The series of an export by their objective. Two platforms tell of one whose stack has moved."""
    found: dict[Promise, dict[int, float]] = defaultdict(dict)
    for each in exports:
        for series in each[name]:
            if series.values:
                found[_promise_of(series)].update(series.values)
    return dict(found)


def _promise_of(series: ExportedSeries) -> Promise:
    """The objective that a series is of."""
    return Promise(service=series.label("sloth_service"), slo=series.label("sloth_slo"))


def _unrecorded(organisation: OrganisationFacts, recorded: Mapping[Promise, Values]) -> Iterator[Attainment]:
    """The objectives of stack files that no series tells of."""
    for stack in organisation.stacks.values():
        for promise, terms in stack.promised.items():
            if promise not in recorded:
                yield _unmeasured(promise, float(terms.percent) / 100, organisation)


def _unmeasured(promise: Promise, objective: float, organisation: OrganisationFacts) -> Attainment:
    """An objective of which nothing is known but who promised it."""
    stack = organisation.team_stack(promise.service.partition(".")[0])
    terms = stack.promised.get(promise) if stack else None
    return Attainment(
        promise=promise,
        team=stack.team if stack else "",
        stack=stack.name if stack else "",
        tier=str(terms.tier) if terms else "not in a stack file",
        objective=objective,
    )


def _place(each: Attainment) -> tuple[int, float, str, Promise]:
    """Worst first: by judgement, then by what is left of the budget."""
    left = each.budget_left
    return WORST_FIRST.index(each.judgement), 0.0 if left is None else left, each.tier, each.promise
