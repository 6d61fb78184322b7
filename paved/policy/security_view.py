"""Where stacks stand on the security ladder, as text: what each promises and meets, and what the next level lacks."""

from collections.abc import Iterator, Sequence

from policies.evaluation import Finding
from policies.registry import BY_ID
from policies.security_level import LevelResult, SecurityResult


def security_view(standing: SecurityResult) -> str:
    """The ladder of one stack, with each rule that its next level lacks."""
    head = f"promises {standing.promised}, meets {_met(standing)}"
    return "\n".join([f"Security: {', '.join([head, *_limits(standing)])}", *_details(standing)])


def fleet_security_view(standings: Sequence[SecurityResult]) -> str:
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


def _met(standing: SecurityResult) -> str:
    return standing.met or "no level"


def _rest(standing: SecurityResult) -> str:
    return "; ".join([*_limits(standing), *map(_open, _lacking(standing))])


def _limits(standing: SecurityResult) -> Iterator[str]:
    """Why the level that is met may be another one."""
    if not standing.is_told:
        yield "as far as a plan can tell"
    if standing.lowest is not standing:
        yield f"`{standing.lowest.stack}` below it meets no more"


def _lacking(standing: SecurityResult) -> list[LevelResult]:
    return [step for step in standing.open if step.missing]


def _open(step: LevelResult) -> str:
    rules, resources = len(step.rules_missing), len({finding.urn for finding in step.missing})
    return f"for {step.level}: {_counted(rules, 'rule')} open on {_counted(resources, 'resource')}"


def _details(standing: SecurityResult) -> Iterator[str]:
    if not standing.is_told:
        yield f"  known only after `up`: {', '.join(_untold(standing))}"
    steps = _lacking(standing)
    for step in steps:
        yield f"  {_open(step)}"
        if step is steps[0]:
            yield from _rows(step)
    if steps:
        yield f"  `paved policy show {steps[0].rules_missing[0]}` says what to do"


def _rows(step: LevelResult) -> Iterator[str]:
    width = max(len(BY_ID[rule].name) for rule in step.rules_missing)
    for rule in step.rules_missing:
        yield f"    {rule}  {BY_ID[rule].name:<{width}}  {_where(rule, step.missing)}"


def _untold(standing: SecurityResult) -> Iterator[str]:
    for each in (*standing.bases, standing):
        of = f" of `{each.stack}`" if each is not standing else ""
        yield from (f"{rule}{of}" for rule in sorted({finding.rule for finding in each.undetermined}))


def _where(rule: str, missing: Sequence[Finding]) -> str:
    resources = list(dict.fromkeys(finding.resource for finding in missing if finding.rule == rule))
    more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
    return f"{resources[0]}{more}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
