"""Gather the facts of an incident of one stack."""

from pathlib import Path

from paved.incident.actions import read_past_incidents
from paved.incident.facts import (
    IncidentFacts,
    burns,
    commits_of,
    incidents_of,
    pools_of,
    updates_of,
)
from paved.incident.window import IncidentWindow
from paved.operations.models import ModelRelease
from paved.operations.organisation import read_organisation
from paved.operations.sources import OperationsSources, read_sources
from stacks.checks.folder import Folder
from stacks.checks.register import register_above
from stacks.schema import Team


def gather(stack: str, exports: Path, stacks: Path, window: IncidentWindow) -> IncidentFacts:
    """Everything that exports and Git know of a stack in a window. Raises BadInput and ConfigError."""
    folder = Folder.read(stacks, as_of=window.end.date())
    if stack not in folder.names:
        folder.checked(stack)  # which says what there is; the file of a known one may have mistakes by now
    organisation = read_organisation(folder)
    sources = read_sources(exports, organisation, window.period)
    below = folder.organisation.bases(stack)
    names = (stack, *reversed(below))
    platform = next((each for each in names if organisation.stacks[each].kind == "platform"), "")
    register = register_above(stack, folder.organisation)
    return IncidentFacts(
        stack=stack,
        window=window,
        stacks=names,
        incidents=incidents_of(sources, platform, names, window),
        burns=burns(sources, platform, organisation.stacks[stack], window),
        updates=updates_of(sources, names, window),
        releases=_releases(sources, stack, window),
        pools=pools_of(sources, platform, names, window),
        commits=commits_of(stacks, names, window),
        budget=_budget(folder, stack),
        past=tuple(each for each in read_past_incidents(stacks, folder.names) if each.stack in names),
        runbooks_url=(register.runbooks_url if register else None) or "",
    )


def _releases(
    sources: OperationsSources, stack: str, window: IncidentWindow
) -> tuple[ModelRelease, ...] | None:
    found = sources.releases.get(stack)
    return None if found is None else tuple(each for each in found if each.moment in window)


def _budget(folder: Folder, stack: str) -> str:
    """The budget as a team's file has it: what was spent is not in the folder of exports."""
    team = folder.organisation.stacks[stack]
    if not isinstance(team, Team):
        return "The stack has no budget of its own."
    freeze = team.budget.freeze
    stops = f"new nodes stop at {freeze.percent} %" if freeze else "nothing stops new nodes"
    return f"${team.budget.monthly_usd:,.2f} a month; {stops}. What is spent: `paved armed {stack}`."
