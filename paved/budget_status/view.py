"""Guards and cost allocation tags as text."""

from collections.abc import Mapping, Sequence

from paved.budget_status.cost_tags import CostTag
from paved.budget_status.guards import Guard, GuardDifference, all_armed, fix
from paved.table_text import columns

WIDEST_VERDICT = len("unarmed")
LONGEST = 60
"""Characters of a value that are shown."""


def guards_view(stack: str, guards: Sequence[Guard]) -> str:
    """One line a guard, and the verdict."""
    # As wide whatever the verdicts are, so that the same guard stands at the same place on every day.
    rows = [(f"{guard.verdict:<{WIDEST_VERDICT}}", guard.name, guard.why) for guard in guards]
    verdict = "armed" if all_armed(guards) else "not armed: somebody may spend without anybody hearing of it"
    listed = _listed(f"{stack}: {verdict}", rows)
    differences: list[GuardDifference] = []
    for guard in guards:
        differences += guard.differences
    return f"{listed}\n\n{_differences(differences)}" if differences else listed


def _differences(differences: Sequence[GuardDifference]) -> str:
    """Two lines a difference: the guard and the place; what the plan has, what the account has, and the way out."""
    lines: list[str] = []
    for each in differences:
        place = f"{each.address} {each.property or ''}".rstrip()
        lines.append(f"  {each.guard}: {place}")
        lines.append(f"    expected {_shown(each.expected)}, found {_shown(each.found)}: {fix(each)}")
    return "\n".join(["differences from the plan", "", *lines])


def _shown(value: str | None) -> str:
    if value in (None, "", "{}", "[]"):
        return "nothing"
    # A policy runs to hundreds of characters; `--json` has them all.
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def tags_view(tags: Sequence[CostTag], *, activated: bool, refused: Mapping[str, str]) -> str:
    """One line a tag."""
    rows = [(tag.key, _state(tag, activated, refused.get(tag.key))) for tag in tags]
    return _listed("cost allocation tags", rows)


def _listed(title: str, rows: Sequence[Sequence[str]]) -> str:
    lines = columns(rows, "  ")
    return "\n".join([title, "", *lines])


def _state(tag: CostTag, activated: bool, refusal: str | None) -> str:
    if refusal:
        return f"refused by AWS: {refusal}"
    match tag.status:
        case "active":
            return f"active since {tag.since}" if tag.since else "active"
        case "inactive":
            return "activated now: bills show it within a day" if activated else "not active"
        case "unseen":
            return "on no bill yet: AWS takes up to a day after the first resource that bears it"


def next_step(tags: Sequence[CostTag], *, activated: bool) -> str:
    """The next step for tags that are not active yet."""
    if not activated and any(tag.status == "inactive" for tag in tags):
        return "activate them with `paved tags --activate`; what was spent before stays nobody's"
    if any(tag.status == "unseen" for tag in tags):
        return "deploy a team stack, and come back tomorrow"
    return "`paved armed STACK` says whether the budget of a team would act"
