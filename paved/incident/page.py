"""The page of an incident as Markdown, and its data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from paved.incident.actions import Action, PastIncident
from paved.incident.facts import Burn, IncidentFacts
from paved.markdown_text import cell, code
from paved.operations.deployments import StackUpdate
from paved.operations.incidents import Incident

RUNBOOKS = "docs/runbooks"
NOT_TOLD = "Not in the folder of exports: nothing is known, which is not nothing."
NO_REPOSITORY = "The stack files are in no Git repository."


def page(facts: IncidentFacts) -> str:
    """One page, whose sections come in the order in which somebody on call needs them."""
    window = facts.window
    head = f"# {facts.stack}, {_at(window.start)} to {_at(window.end)}"
    stacks = ", ".join(f"`{name}`" for name in facts.stacks)
    sections = [
        head,
        f"Of {stacks}. Times are UTC. Made of exports and Git: nobody was asked, and no value of a secret is read.",
        _section("What fires, and what to do", incident_lines(facts)),
        _section("Objectives that burn", burn_lines(facts)),
        _section("Deployments", update_lines(facts)),
        _section("Models", release_lines(facts)),
        _section("Nodes", pool_lines(facts)),
        _section("Commits", commit_lines(facts)),
        _section("Budget", [facts.budget]),
        _section("Actions of earlier incidents that are open", action_lines(facts)),
    ]
    return "\n\n".join(sections)


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"## {title}", "", *lines])


def incident_lines(facts: IncidentFacts) -> list[str]:
    """Each incident with the runbook of each of its alerts."""
    if facts.incidents is None:
        return [NOT_TOLD]
    lines = [_incident(each, facts.runbooks_url) for each in facts.incidents]
    return lines or ["No alert that calls a person."]


def _incident(incident: Incident, address: str) -> str:
    until = f"until {_at(incident.end)}" if incident.end else "**goes on**"
    pages = ", ".join(runbook_link(alert, address) for alert in incident.alerts)
    return f"- {code(incident.subject)} ({cell(incident.severity)}) since {_at(incident.start)}, {until}: {pages}"


def runbook_link(alert: str, address: str) -> str:
    """An alert with its page, where Paved has one: alerts of charts bring an address of their own."""
    path = Path(__file__).parents[2] / RUNBOOKS / f"{alert}.md"
    if not alert.isalnum() or not path.exists():
        return f"{code(alert)} (no page of Paved's: see its `runbook_url`)"
    return f"[{alert}]({address or RUNBOOKS}/{alert}.md)"


def burn_lines(facts: IncidentFacts) -> list[str]:
    """Tell the speed at which each objective's budget burns."""
    if facts.burns is None:
        return [NOT_TOLD]
    return [_burn(each) for each in facts.burns] or ["The stack promises nothing."]


def _burn(burn: Burn) -> str:
    name = f"{code(burn.promise.service)} {code(burn.promise.slo)}"
    if not burn.is_measured:
        return f"- {name} (not measured): {burn.objective * 100:g} % is promised, and no sample tells of it"
    told = [
        f"{hours} h: " + ("nothing to count" if rate is None else f"{rate:.1f} times")
        for hours, rate in burn.rates.items()
    ]
    return f"- {name} ({_verdict(burn)}): {', '.join(told)}"


def _verdict(burn: Burn) -> str:
    if all(rate is None for rate in burn.rates.values()):
        return "unknown"
    return "**burns**" if burn.fastest > 1 else "holds"


def update_lines(facts: IncidentFacts) -> list[str]:
    """The operations of Pulumi of each stack."""
    lines: list[str] = []
    for stack, updates in facts.updates.items():
        if updates is None:
            lines.append(f"- `{stack}`: {NOT_TOLD}")
        else:
            lines += [_update(each) for each in updates] or [f"- `{stack}`: none"]
    return lines


def _update(update: StackUpdate) -> str:
    by = "by hand" if update.is_manual else "by CI"
    commit = code(update.commit[:12]) if update.commit else "no commit"
    done = f"{update.kind} {update.result}, {update.changes} changes, {by}, {commit}"
    return f"- `{update.stack}` {_at(update.start)}: {done}"


def release_lines(facts: IncidentFacts) -> list[str]:
    """Versions that were proposed or promoted."""
    if facts.releases is None:
        return [NOT_TOLD]
    lines = [
        f"- {_at(each.moment)}: {code(each.name)} was {'promoted' if each.is_promoted else 'proposed'}"
        for each in sorted(facts.releases, key=lambda each: each.moment, reverse=True)
    ]
    return lines or ["None was proposed or promoted."]


def pool_lines(facts: IncidentFacts) -> list[str]:
    """Pools with more or fewer nodes with accelerators."""
    if facts.pools is None:
        return [NOT_TOLD]
    lines = [
        f"- {code(each.pool)} of {code(each.stack)}: {each.before} nodes, now {each.after}"
        for each in facts.pools
    ]
    return lines or ["As many nodes with accelerators in each pool as at the beginning."]


def commit_lines(facts: IncidentFacts) -> list[str]:
    """Commits to the stacks' files."""
    if facts.commits is None:
        return [NO_REPOSITORY]
    lines = [f"- {_at(each.when)} {code(each.commit[:12])} {code(each.subject)}" for each in facts.commits]
    return lines or ["None to these stacks' files."]


def _at(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M}"


def action_lines(facts: IncidentFacts) -> list[str]:
    """Each action that is not done, and of which incident of these stacks."""
    return [_action(incident, action) for incident, action in facts.open_actions] or ["None."]


def _action(incident: PastIncident, action: Action) -> str:
    title = f"{code(incident.title)} ({incident.date}, {code(incident.page)})"
    return f"- {code(action.what)}: {code(action.owner)}, due {action.due}, of {title}"


def data(facts: IncidentFacts) -> dict[str, Any]:
    """The same as data."""
    return {
        "schema_version": "1",
        "stack": facts.stack,
        "start": facts.window.start.isoformat(),
        "end": facts.window.end.isoformat(),
        "incidents": None if facts.incidents is None else list(_incidents(facts)),
        "burns": None if facts.burns is None else [_burn_data(each) for each in facts.burns],
        "updates": {stack: _update_data(updates) for stack, updates in facts.updates.items()},
        "releases": None
        if facts.releases is None
        else [
            {"name": each.name, "moment": each.moment.isoformat(), "promoted": each.is_promoted}
            for each in facts.releases
        ],
        "pools": None if facts.pools is None else [vars(each) for each in facts.pools],
        "commits": None
        if facts.commits is None
        else [{"commit": each.commit, "subject": each.subject} for each in facts.commits],
        "budget": facts.budget,
        "open_actions": [
            {
                "incident": incident.date.isoformat(),
                "page": incident.page,
                **action.model_dump(mode="json", exclude={"done"}),
            }
            for incident, action in facts.open_actions
        ],
    }


def _burn_data(burn: Burn) -> dict[str, Any]:
    rates = {f"{hours}h": rate for hours, rate in burn.rates.items()}
    return {
        "service": burn.promise.service,
        "slo": burn.promise.slo,
        "objective": burn.objective,
        "measured": burn.is_measured,
        "rates": rates,
    }


def _update_data(updates: Sequence[StackUpdate] | None) -> list[dict[str, Any]] | None:
    if updates is None:
        return None
    return [
        {
            "start": each.start.isoformat(),
            "kind": each.kind,
            "result": each.result,
            "commit": each.commit,
        }
        for each in updates
    ]


def _incidents(facts: IncidentFacts) -> Iterator[dict[str, Any]]:
    for each in facts.incidents or ():
        yield {
            "subject": each.subject,
            "alerts": list(each.alerts),
            "severity": each.severity,
            "start": each.start.isoformat(),
            "end": each.end.isoformat() if each.end else None,
        }
