"""Where stacks stand on the security ladder, as text: what each promises and meets, and what the next level lacks."""

from collections.abc import Iterator, Sequence

from policies.evaluation import Finding
from policies.ladder import Standing, Step
from policies.registry import BY_ID


def security_view(standing: Standing) -> str:
    """The ladder of one stack, with each rule that its next level lacks."""
    return "\n".join([f"Security: {_summary(standing)}", *_details(standing)])


def fleet_security_view(standings: Sequence[Standing]) -> str:
    """The ladder of many stacks, one line each."""
    rows = [
        (each.stack, f"promises {each.promised}", f"meets {_met(each)}", _rest(each)) for each in standings
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = (
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )
    return "\n".join(["Security", *(f"  {line.rstrip()}" for line in lines)])


def _summary(standing: Standing) -> str:
    head = f"promises {standing.promised}, meets {_met(standing)}"
    return f"{head}, {rest}" if (rest := _rest(standing)) else head


def _met(standing: Standing) -> str:
    return standing.met or "no level"


def _rest(standing: Standing) -> str:
    """What limits the level that is met, and what is open above it."""
    parts = [] if standing.is_told else ["as far as a plan can tell"]
    if standing.lowest is not standing:
        parts.append(f"`{standing.lowest.stack}` below it meets no more")
    parts += [f"for {step.level}: {_open(step)}" for step in standing.open if step.missing]
    return "; ".join(parts)


def _open(step: Step) -> str:
    rules, resources = len(step.rules_missing), len({finding.urn for finding in step.missing})
    return f"{_counted(rules, 'rule')} open on {_counted(resources, 'resource')}"


def _details(standing: Standing) -> Iterator[str]:
    lacking = next((step for step in standing.open if step.missing), None)
    if lacking:
        rules = [(rule, _where(rule, lacking.missing)) for rule in lacking.rules_missing]
        width = max(len(BY_ID[rule].name) for rule, _ in rules)
        for rule, where in rules:
            yield f"  {rule}  {BY_ID[rule].name:<{width}}  {where}"
    if not standing.is_told:
        yield f"  known only after `up`: {', '.join(_untold(standing))}"
    if lacking:
        yield f"  `paved policy show {lacking.rules_missing[0]}` says what to do"


def _untold(standing: Standing) -> Iterator[str]:
    for each in (*standing.bases, standing):
        of = f" of `{each.stack}`" if each is not standing else ""
        yield from (f"{rule}{of}" for rule in sorted({finding.rule for finding in each.undetermined}))


def _where(rule: str, missing: Sequence[Finding]) -> str:
    resources = list(dict.fromkeys(finding.resource for finding in missing if finding.rule == rule))
    more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
    return f"{resources[0]}{more}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
