"""Guards and cost allocation tags as text."""

from collections.abc import Mapping, Sequence

from paved.budget_status.cost_tags import CostTag
from paved.budget_status.guards import Guard, armed


def guards_view(stack: str, guards: Sequence[Guard]) -> str:
    """One line a guard, and the verdict."""
    wide = max(len(guard.name) for guard in guards)
    lines = [f"  {guard.verdict:<7}  {guard.name:<{wide}}  {guard.why}" for guard in guards]
    verdict = "armed" if armed(guards) else "not armed: somebody may spend without anybody hearing of it"
    return "\n".join([f"{stack}: {verdict}", "", *lines])


def tags_view(tags: Sequence[CostTag], *, activated: bool, refused: Mapping[str, str]) -> str:
    """One line a tag."""
    wide = max(len(tag.key) for tag in tags)
    lines = [f"  {tag.key:<{wide}}  {_state(tag, activated, refused.get(tag.key))}" for tag in tags]
    return "\n".join(["cost allocation tags", "", *lines])


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
    """What to do next about tags that are not active yet."""
    if not activated and any(tag.status == "inactive" for tag in tags):
        return "activate them with `paved tags --activate`; what was spent before stays nobody's"
    if any(tag.status == "unseen" for tag in tags):
        return "deploy a team stack, and come back tomorrow"
    return "`paved armed STACK` says whether the budget of a team would act"
