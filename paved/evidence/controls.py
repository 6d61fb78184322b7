"""Controls of published catalogues that the rules answer, and the state of each for one plan."""

from collections.abc import Iterable
from datetime import date

from policies.evaluation import Finding, PolicyReport
from policies.registry import RULES
from policies.rule import Rule
from reference.security_level import reaches


def controls_page(report: PolicyReport, as_of: date) -> str:
    """A page for an auditor: each control with its rules and the state of each for the plan."""
    by_control: dict[str, list[str]] = {}
    for rule in RULES:
        for control in rule.controls:
            by_control.setdefault(control, []).append(f"{rule.id} {state(rule, report)}")
    rows = [f"| {control} | {', '.join(states)} |" for control, states in sorted(by_control.items())]
    return "\n".join(
        [
            f"# Controls of {report.stack}, as of {as_of}",
            "",
            "What the rules say of the plan, by the controls that they answer. The mapping is Paved's own: a rule is",
            "evidence for a control, not the whole of it. A plan says nothing of what was changed by hand since.",
            "`not applicable` is a rule of which nothing in the plan is the business; `cannot be told` is no pass.",
            "",
            f"{report.passed} checks passed, {len(report.findings)} found something, "
            f"{len(report.undetermined)} cannot be told before `up`, {len(report.excepted)} are excepted.",
            "",
            "| control | rules |",
            "| --- | --- |",
            *rows,
            "",
            "## Exceptions in use",
            "",
            *(_exceptions(report) or ["None."]),
            "",
        ]
    )


def state(rule: Rule, report: PolicyReport) -> str:
    """The state of one rule for a plan: the worst of its findings."""
    if rule.pending:
        return "pending"
    if not reaches(report.security, rule.security):
        return f"binds from {rule.security} on"
    if rule.id in report.failed:
        return "failed, see PX-08"
    for word, findings in (
        ("violated", report.violations),
        ("advised against", report.advice),
        ("cannot be told", report.undetermined),
        ("excepted", report.excepted),
    ):
        if rule.id in ids(findings):
            return word
    # A rule that had nothing to look at has seen nothing: that is no evidence.
    return "no finding" if rule.id in report.judged else "not applicable"


def ids(findings: Iterable[Finding]) -> set[str]:
    """The ids of the rules that findings are of."""
    return {finding.rule for finding in findings}


def _exceptions(report: PolicyReport) -> list[str]:
    return [f"- {finding.rule}: {finding.resource}: {finding.message}" for finding in report.excepted]
