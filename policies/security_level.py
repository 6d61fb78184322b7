"""Which level of the security ladder a stack meets, whatever it promises, and what is missing for the next."""

from collections.abc import Mapping, Sequence
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
    def rules_missing(self) -> tuple[str, ...]:
        """The rules that are broken, each once."""
        return tuple(dict.fromkeys(finding.rule for finding in self.missing))


@dataclass(frozen=True, kw_only=True)
class SecurityResult:
    """How a stack stands on the ladder. `own` is the level that its own rules leave, None where none holds.

    `bases` are the standings of the stacks that it stands on, the lowest first.
    """

    stack: str
    promised: str
    own: str | None
    steps: tuple[LevelResult, ...]
    bases: tuple["SecurityResult", ...] = ()

    @property
    def met(self) -> str | None:
        """The level that the stack really meets: no higher than that of what it stands on."""
        return self.lowest.own

    @property
    def lowest(self) -> "SecurityResult":
        """The stack that decides: this one, or the one below it that meets less."""
        return min((self, *self.bases), key=lambda each: _height(each.own))

    @property
    def is_told(self) -> bool:
        """Whether nothing of the level that is met is known only after `up`."""
        return not any(each.undetermined for each in (self, *self.bases))

    @property
    def open(self) -> tuple[LevelResult, ...]:
        """The steps above the level that the stack's own rules leave; of the first something is missing."""
        return tuple(step for step in self.steps if not _reached(self.own, step))

    @property
    def undetermined(self) -> tuple[Finding, ...]:
        """What could not be told of the levels that the stack's own rules leave."""
        return tuple(
            finding for step in self.steps if _reached(self.own, step) for finding in step.undetermined
        )

    def as_json(self) -> dict[str, Any]:
        """The standing as JSON data, the same bytes for the same stack."""
        return {
            "promised": self.promised,
            "met": self.met,
            "bases": {base.stack: base.own for base in self.bases},
            "missing": [
                {"security": step.level, **finding.as_json()}
                for step in self.open
                for finding in step.missing
            ],
            "undetermined": [
                {"security": step.level, **finding.as_json()}
                for step in self.steps
                for finding in step.undetermined
            ],
            "pending": {step.level: list(step.pending) for step in self.steps},
        }


def standing(
    report: PolicyReport, rules: Sequence[Rule], bases: Sequence[SecurityResult] = ()
) -> SecurityResult:
    """The levels that a report's findings leave, above `bases`, the stacks below it from the lowest up.

    An exception that runs counts as met, as it does for the rule.
    """
    level_of = {rule.id: rule.security for rule in rules}
    steps = tuple(_step(level, report, rules, level_of) for level in LEVELS)
    held = [step.level for step in takewhile(lambda step: not step.missing, steps)]
    own = held[-1] if held else None
    return SecurityResult(
        stack=report.stack, promised=report.security, own=own, steps=steps, bases=tuple(bases)
    )


def _height(level: str | None) -> int:
    return LEVELS.index(level) if level else -1


def _reached(level: str | None, step: LevelResult) -> bool:
    return level is not None and reaches(level, step.level)


def _step(
    level: str, report: PolicyReport, rules: Sequence[Rule], level_of: Mapping[str, str]
) -> LevelResult:
    own = [rule for rule in rules if rule.security == level]

    def of_level(found: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(
            finding
            for finding in found
            if finding.level is Level.MANDATORY and level_of.get(finding.rule) == level
        )

    return LevelResult(
        level=level,
        missing=of_level((*report.findings, *report.above)),
        undetermined=of_level((*report.undetermined, *report.untold)),
        pending=tuple(rule.id for rule in own if rule.pending),
        rules=len(own),
    )
