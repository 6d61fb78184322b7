"""The level of security of stacks as text: promised, met, and the rules that the next level lacks."""

from collections.abc import Iterator, Sequence

from paved.table_text import columns, counted
from policies.evaluation import Finding
from policies.registry import BY_ID
from policies.security_level import LevelResult, SecurityResult


def security_view(result: SecurityResult) -> str:
    """The level of one stack, with each rule that its next level lacks."""
    parts = [f"promises {result.promised}", met_in_words(result), *_limits(result)]
    return "\n".join([f"Security: {', '.join(parts)}", *_details(result)])


def fleet_security_view(results: Sequence[SecurityResult]) -> str:
    """The levels of many stacks, one line each."""
    rows = [(each.stack, f"promises {each.promised}", met_in_words(each), _rest(each)) for each in results]
    return "\n".join(["Security", *columns(rows, "  ")])


def met_in_words(result: SecurityResult) -> str:
    """The level that is met for sure, and the higher one of which it cannot be told."""
    if result.is_determined:
        return f"meets {result.met or 'no level'}"
    sure = f"meets {result.met}, " if result.met else ""
    return f"{sure}{result.at_most} cannot be told"


def _rest(result: SecurityResult) -> str:
    return "; ".join([*_limits(result), *map(_summary, _lacking(result))])


def _limits(result: SecurityResult) -> Iterator[str]:
    """The stack below that keeps from a higher level."""
    if result.weakest is not result:
        yield f"`{result.weakest.stack}` below it meets no more"


def _lacking(result: SecurityResult) -> list[LevelResult]:
    return [each for each in result.open_levels if each.missing]


def _summary(level: LevelResult) -> str:
    rules, resources = len(level.broken_rules), len({finding.urn for finding in level.missing})
    return f"for {level.level}: {counted(rules, 'rule')} open on {counted(resources, 'resource')}"


def _details(result: SecurityResult) -> Iterator[str]:
    if not result.is_determined:
        yield f"  cannot be told before `up`: {', '.join(_undetermined(result))}"
    levels = _lacking(result)
    for level in levels:
        yield f"  {_summary(level)}"
        if level is levels[0]:
            yield from _rules(level)
    if levels:
        yield f"  `paved policy show {levels[0].broken_rules[0]}` says what to do"


def _rules(level: LevelResult) -> Iterator[str]:
    rows = [(rule, BY_ID[rule].name, _resources(rule, level.missing)) for rule in level.broken_rules]
    yield from columns(rows, "    ")


def _undetermined(result: SecurityResult) -> Iterator[str]:
    for each in (*result.bases, result):
        owner = f" of `{each.stack}`" if each is not result else ""
        for rule in sorted({finding.rule for finding in each.undetermined}):
            yield f"{rule}{owner}"


def _resources(rule: str, missing: Sequence[Finding]) -> str:
    resources = list(dict.fromkeys(finding.resource for finding in missing if finding.rule == rule))
    more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
    return f"{resources[0]}{more}"
