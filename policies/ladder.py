"""Which level of the security ladder a stack meets, whatever it promises, and what is missing for the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paved.reference.security import LEVELS, reaches
from policies.evaluation import Finding, Report
from policies.rule import Level, Rule


@dataclass(frozen=True, kw_only=True)
class Step:
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
class Standing:
    """How a stack stands on the ladder. `met` is None where not even the lowest level holds."""

    stack: str
    promised: str
    met: str | None
    steps: tuple[Step, ...]

    @property
    def open(self) -> tuple[Step, ...]:
        """The steps above the level that is met; of the first something is missing."""
        return tuple(step for step in self.steps if self.met is None or not reaches(self.met, step.level))

    @property
    def undetermined(self) -> tuple[Finding, ...]:
        """What could not be told of the levels that are met."""
        return tuple(
            finding
            for step in self.steps
            if self.met and reaches(self.met, step.level)
            for finding in step.undetermined
        )

    def as_json(self) -> dict[str, Any]:
        """The standing as JSON data, the same bytes for the same stack."""
        return {
            "promised": self.promised,
            "met": self.met,
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


def standing(report: Report, rules: Sequence[Rule]) -> Standing:
    """The levels that a report's findings leave. An exception that runs counts as met, as it does for the rule."""
    level_of = {rule.id: rule.security for rule in rules}
    steps = tuple(_step(level, report, rules, level_of) for level in LEVELS)
    met: str | None = None
    for step in steps:
        if step.missing:
            break
        met = step.level
    return Standing(stack=report.stack, promised=report.security, met=met, steps=steps)


def _step(level: str, report: Report, rules: Sequence[Rule], level_of: Mapping[str, str]) -> Step:
    own = [rule for rule in rules if rule.security == level]

    def of_level(found: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(
            finding
            for finding in found
            if finding.level is Level.MANDATORY and level_of.get(finding.rule) == level
        )

    return Step(
        level=level,
        missing=of_level((*report.findings, *report.above)),
        undetermined=of_level((*report.undetermined, *report.untold)),
        pending=tuple(rule.id for rule in own if rule.pending),
        rules=len(own),
    )
