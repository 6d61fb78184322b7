"""The level of security that a stack meets, whatever it promises, and what is missing for the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from policies.evaluation import Finding, PolicyReport
from policies.rule import Level, Rule
from reference.security_level import LEVELS, reaches


@dataclass(frozen=True, kw_only=True)
class LevelResult:
    """One level: what mandatory rules of it find, what they cannot tell, which of them wait for a record."""

    level: str
    missing: tuple[Finding, ...]
    undetermined: tuple[Finding, ...]
    pending: tuple[str, ...]
    rules: int

    @property
    def broken_rules(self) -> tuple[str, ...]:
        """The rules that are broken, each once."""
        return tuple(dict.fromkeys(finding.rule for finding in self.missing))


@dataclass(frozen=True, kw_only=True)
class SecurityResult:
    """The security of a stack by level. `own_level` is the highest of which its own rules find everything there.

    `own_bound` is the highest of which they find nothing missing, though they cannot tell all: unknown is not met.
    Each is None where there is none. `bases` are the results of the stacks that it stands on, the lowest first.
    """

    stack: str
    promised: str
    own_level: str | None
    own_bound: str | None
    levels: tuple[LevelResult, ...]
    bases: tuple["SecurityResult", ...] = ()

    @property
    def met(self) -> str | None:
        """The level that the stack meets for sure: no higher than that of what it stands on."""
        return min((self, *self.bases), key=lambda each: _height(each.own_level)).own_level

    @property
    def at_most(self) -> str | None:
        """The level that the stack meets if all that cannot be told turns out well."""
        return self.weakest.own_bound

    @property
    def weakest(self) -> "SecurityResult":
        """The stack that keeps from a higher level: this one, or the one below it of which more is missing."""
        return min((self, *self.bases), key=lambda each: _height(each.own_bound))

    @property
    def is_determined(self) -> bool:
        """Whether it can be told which level is met."""
        return self.met == self.at_most

    @property
    def open_levels(self) -> tuple[LevelResult, ...]:
        """The levels above the one of which nothing is missing; of the first something is."""
        return tuple(each for each in self.levels if not _reached(self.own_bound, each))

    @property
    def undetermined(self) -> tuple[Finding, ...]:
        """The findings that are undetermined up to the level of which nothing is missing."""
        found: list[Finding] = []
        for each in self.levels:
            if _reached(self.own_bound, each):
                found += each.undetermined
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """The result as JSON data, the same bytes for the same stack."""
        missing: list[dict[str, Any]] = []
        for each in self.open_levels:
            missing += _as_json(each.level, each.missing)
        undetermined: list[dict[str, Any]] = []
        for each in self.levels:
            undetermined += _as_json(each.level, each.undetermined)
        return {
            "promised": self.promised,
            "met": self.met,
            "at_most": self.at_most,
            "bases": {base.stack: base.own_level for base in self.bases},
            "missing": missing,
            "undetermined": undetermined,
            "pending": {each.level: list(each.pending) for each in self.levels},
        }


def security_result(
    report: PolicyReport, rules: Sequence[Rule], bases: Sequence[SecurityResult] = ()
) -> SecurityResult:
    """The security of a stack by a report's findings, above `bases`, the stacks below it from the lowest up.

    An exception that runs counts as met, as it does for the rule.
    """
    levels = tuple(_level_result(level, report, rules) for level in LEVELS)
    possible = list(takewhile(lambda each: not each.missing, levels))
    certain = list(takewhile(lambda each: not each.undetermined, possible))
    return SecurityResult(
        stack=report.stack,
        promised=report.security,
        own_level=certain[-1].level if certain else None,
        own_bound=possible[-1].level if possible else None,
        levels=levels,
        bases=tuple(bases),
    )


def _height(level: str | None) -> int:
    return LEVELS.index(level) if level else -1


def _reached(level: str | None, result: LevelResult) -> bool:
    return level is not None and reaches(level, result.level)


def _as_json(level: str, findings: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    yield from ({"security": level, **finding.as_json()} for finding in findings)


def _level_result(level: str, report: PolicyReport, rules: Sequence[Rule]) -> LevelResult:
    own = [rule for rule in rules if rule.security == level]
    ids = {rule.id for rule in own}
    return LevelResult(
        level=level,
        missing=_mandatory((*report.findings, *report.above), ids),
        undetermined=_mandatory((*report.undetermined, *report.undetermined_above), ids),
        # A rule that waits for a record keeps no stack from a level; it is listed beside.
        pending=tuple(rule.id for rule in own if rule.pending),
        rules=len(own),
    )


def _mandatory(found: Sequence[Finding], rules: set[str]) -> tuple[Finding, ...]:
    """The mandatory findings of some rules: advice keeps no stack from a level."""
    return tuple(each for each in found if each.level is Level.MANDATORY and each.rule in rules)
