"""The rules as text and as Markdown: a list, a page for each, and the reference of them all."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from paved.table_text import columns, table_text
from policies.registry import GROUPS, RULES
from policies.resources import PODS
from policies.rule import Enforcement, Level, Rule
from policies.settings import Exemption, Settings
from reference.security_level import LEVELS, reaches

HEADER = """# Policy rules

<!-- Written by `paved policy list --markdown`; a test holds it to the rules. -->

The rules are pure functions in [policies](../../policies). `paved plan` runs them over a plan, and
`pulumi preview --policy-pack policies` runs the same functions inside the engine. A rule that needs a value which is
known only after `up` reports `undetermined`: that is counted and never a pass. A pending rule waits for a record that
nothing writes yet: it is listed and never a pass either. Mandatory findings refuse a stack; advisory ones are told.
A rule binds the stacks that promise its level of security or a higher one: of the others `paved plan` tells what they
lack for that level, and refuses nothing.
"""

LEVELS_OF_SECURITY = """## What each level of security adds

A stack promises a level in its file ([guide](../guides/security.md)). Every rule that is not listed here is of the
standard and binds every stack: {standard} rules, of which {pending} are pending. A level holds all rules of those
below it.

| level | rule | what it asks |
| --- | --- | --- |
"""

CLUSTER = """## What the cluster holds as well

A plan has what stack files make; members and operators make the rest, which no plan has. Beside each rule that looks
at Kubernetes objects stands what holds the same in the cluster, or why only the plan does. Every other rule is about
the account or a stack file, which no API server sees: `paved audit` compares the account. The
[threat model](threat-model.md#what-only-the-cluster-holds) says what only the cluster holds.

| rule | what it asks | in the cluster |
| --- | --- | --- |
"""

SETTINGS = """## Settings and exceptions

[stacks/policy.yaml](../../stacks/policy.yaml) sets what follows. It can tighten a rule and never switch one off.
`--policy-pack-config` of the Pulumi CLI can: the deployment pipeline does not pass it, and `paved plan` knows no such
option.

| setting | what it is | by default |
| --- | --- | --- |
"""

EXCEPTIONS = """
An exception excuses one resource from one rule until a day. One that has ended (PX-01), or that covers nothing
(PX-02), is a violation itself, and so is one that runs for longer than `exception_days` (PX-03), whose owner does not
exist (PX-05), whose reason says nothing (PX-06), or that is of many resources or of these rules (PX-07). A rule or a
stack that does not exist is refused as bad input.

| key | what it is |
| --- | --- |
"""

STATE_WIDTH = 20
"""As wide as the longest state of any rule, whether a rule has it today or not."""


def listing() -> str:
    """One line a rule."""
    rows = [
        (rule.id, rule.name, rule.security, f"{_state(rule):<{STATE_WIDTH}}", rule.title) for rule in RULES
    ]
    pending = sum(rule.pending is not None for rule in RULES)
    return "\n".join([*columns(rows), "", f"{len(RULES)} rules, {pending} of them pending"])


def as_json(rule: Rule) -> dict[str, Any]:
    """A rule as JSON data."""
    return {
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "cluster": rule.cluster,
        "severity": rule.severity.value,
        "enforcement": _levels(rule.enforcement),
        "security": rule.security,
        "owner": rule.owner,
        "controls": list(rule.controls),
        "scope": rule.scope,
        "kinds": list(rule.kinds),
        "pending": rule.pending,
        "note": rule.note,
        "since": rule.since,
    }


def page(rule: Rule) -> str:
    """Everything about one rule, to be read in a terminal."""
    facts = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    facts.add_column(min_width=12)
    facts.add_column(overflow="fold")
    for fact in _facts(rule):
        facts.add_row(*fact)
    return f"{rule.id} {rule.name}: {rule.title}\n\n{table_text(facts)}"


def reference() -> str:
    """The reference of every rule, in Markdown."""
    lines = [HEADER]
    for part in (_index(), _levels_of_security(), _in_cluster(), _settings(), *map(_section, RULES)):
        lines += part
    return "\n".join(lines)


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "why", rule.why
    yield "fix", rule.fix
    if rule.cluster:
        yield "cluster", rule.cluster
    if rule.pending:
        yield "pending", rule.pending
    if rule.note:
        yield "note", rule.note
    yield "enforcement", _enforcement(rule.enforcement)
    yield "security", f"{rule.security}: binds {_bound(rule)}"
    yield "severity", rule.severity.value
    yield "owner", rule.owner
    yield "controls", ", ".join(rule.controls) or "none known"
    if rule.check:
        yield "looks at", "the whole stack" if rule.scope == "stack" else "one resource and its provider"
        yield "kinds", _kinds(rule)
    yield "since", rule.since


def _bound(rule: Rule) -> str:
    levels = [level for level in LEVELS if reaches(level, rule.security)]
    return "every stack" if levels == list(LEVELS) else f"a stack that promises {' or '.join(levels)}"


def _kinds(rule: Rule) -> str:
    if rule.kinds == ("*",):
        return "every resource"
    named = ["every object with pods" if kind == PODS else kind for kind in rule.kinds]
    return ", ".join(named) or "exceptions"


def _state(rule: Rule) -> str:
    return "pending" if rule.pending else _enforcement(rule.enforcement)


def _enforcement(enforcement: Enforcement) -> str:
    levels = _levels(enforcement)
    if len(set(levels.values())) == 1:
        return levels["prod"]
    advisory = [name for name, level in levels.items() if level == Level.ADVISORY.value]
    return f"advisory in {' and '.join(advisory)}"


def _levels(enforcement: Enforcement) -> Mapping[str, str]:
    return {name: getattr(enforcement, name).value for name in ("dev", "staging", "prod")}


def _index() -> Iterator[str]:
    yield "| rule | what it asks | security | enforcement |"
    yield "| --- | --- | --- | --- |"
    for rule in RULES:
        yield f"| {_link(rule)} | {rule.title} | {rule.security} | {_state(rule)} |"
    yield ""


def _levels_of_security() -> Iterator[str]:
    lowest = [rule for rule in RULES if rule.security == LEVELS[0]]
    pending = sum(rule.pending is not None for rule in lowest)
    yield LEVELS_OF_SECURITY.format(standard=len(lowest), pending=pending).rstrip("\n")
    for level in LEVELS[1:]:
        for rule in RULES:
            if rule.security == level:
                yield f"| {level} | {_link(rule)} | {rule.title} |"
    yield ""


def _in_cluster() -> Iterator[str]:
    yield CLUSTER.rstrip("\n")
    for rule in RULES:
        if rule.cluster:
            yield f"| {_link(rule)} | {rule.title} | {rule.cluster} |"
    yield ""


def _link(rule: Rule) -> str:
    return f"[{rule.id}](#{rule.id.lower()}-{rule.name})"


def _settings() -> Iterator[str]:
    yield SETTINGS.rstrip("\n")
    for name, field in Settings.model_fields.items():
        yield f"| `{name}` | {field.description} | {_default(field.default)} |"
    yield EXCEPTIONS.rstrip("\n")
    for name, field in Exemption.model_fields.items():
        yield f"| `{name}` | {field.description} |"
    yield ""


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" for each in value) or "none"
    if hasattr(value, "model_dump"):
        return ", ".join(f"{key} {days}" for key, days in value.model_dump().items())
    return str(value)


def _section(rule: Rule) -> Iterator[str]:
    first = next(each for each in RULES if each.id[:2] == rule.id[:2])
    if rule is first:
        yield f"## {GROUPS[rule.id[:2]]}\n"
    yield f"### {rule.id} {rule.name}\n"
    yield f"{rule.title}.\n"
    for key, value in _facts(rule):
        yield f"- **{key}**: {value}"
    yield ""
