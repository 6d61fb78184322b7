"""The section on objectives: what was promised, what came of it, and what nothing measured."""

from collections import Counter
from collections.abc import Iterator, Sequence

from paved.operations.objectives import WORST_FIRST, Attainment
from paved.operations.page_parts import NO_DATA, Cell, PageSection, Table, Told, listed, share
from paved.operations.report import ScopeReport
from paved.table_text import counted

MOST_ROWS = 25
"""Rows of the table, which keep it on one page; `objectives.csv` and the data have them all."""
SEEN = 0.99
"""The share of the month from which a gap says nothing, as for the platforms."""

OBJECTIVES = (
    "Attained is the share that was good, by the objective's own recorded series. The error budget is that of this"
    " calendar month, where the alerts look at thirty days.",
    "Requests are counted one by one. A look is a moment at which the rules asked whether data was fresh, or checks"
    " passed: a share of looks is one of time. Requests and looks are never added up.",
    "Not measured is an objective of a stack file that no sample of the month tells of: it is not known to be met.",
)


def objectives_section(scope: ScopeReport) -> PageSection:
    """Attainment and error budget of each objective, the worst first."""
    told = scope.figures.objectives
    if told is None:
        absent = "`slo_objective.json`, `slo_requests.json`, `slo_failures.json` and `slo_looks.json` of `<platform>/`"
        return PageSection(id="objectives", title="Service levels", absent=absent)
    if not told:
        return PageSection(id="objectives", title="Service levels", says=("Nothing is promised.",))
    shown = f": the first {MOST_ROWS} of {len(told)}" if len(told) > MOST_ROWS else ""
    table = Table(
        caption=f"Objectives, the worst first{shown}",
        head=("Of", "Promise", "Month", "Counted in", "Tier", "Promised", "Attained", "Error budget left"),
        rows=tuple(_row(each) for each in told[:MOST_ROWS]),
        texts=frozenset({1, 2, 3}),
    )
    says = (f"{counted(len(told), 'objective')}: {listed(list(_counts(told)))}.",)
    return PageSection(id="objectives", title="Service levels", says=says, tables=(table,), notes=OBJECTIVES)


def _counts(told: Sequence[Attainment]) -> Iterator[str]:
    """The number of objectives of each judgement, the worst first."""
    found = Counter(each.judgement for each in told)
    said = {each: f"with {each}" if each == "no requests" else each for each in WORST_FIRST}
    yield from (f"{found[each]} {said[each]}" for each in WORST_FIRST if found[each])


def _row(each: Attainment) -> tuple[Cell, ...]:
    return (
        Told(each.promise.service),
        Told(each.promise.slo),
        _month(each),
        each.counted_in or NO_DATA,
        each.tier,
        f"{each.objective * 100:g} %",
        share(each.attained, 3),
        share(each.budget_left),
    )


def _month(each: Attainment) -> str:
    """The judgement, and the share of the month that it is of where that is not all of it."""
    part = f", of {share(each.measured, 0)} of it" if 0 < each.measured < SEEN else ""
    return f"{each.judgement}{part}"
