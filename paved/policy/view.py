"""The report of the rules as text: each finding on a line, and counts of the rest."""

from collections.abc import Iterator, Sequence

from paved.table_text import columns
from policies.evaluation import PolicyReport


def report_view(report: PolicyReport) -> str:
    """The policies of one stack."""
    lines = [f"Policies: {_counts([report])}", *_findings([report], with_stack=False)]
    if report.undetermined:
        unsure = sorted({finding.rule for finding in report.undetermined})
        lines.append(f"  undetermined until `up`: {', '.join(unsure)}")
    return "\n".join(lines)


def fleet_report_view(reports: Sequence[PolicyReport]) -> str:
    """The policies of many stacks."""
    return "\n".join([f"Policies: {_counts(reports)}", *_findings(reports, with_stack=True)])


def _counts(reports: Sequence[PolicyReport]) -> str:
    passed = sum(report.passed for report in reports)
    unsure = sum(len(report.undetermined) for report in reports)
    excepted = sum(len(report.excepted) for report in reports)
    pending: set[str] = set()
    for report in reports:
        pending.update(report.pending)
    return f"{passed} passed, {unsure} undetermined, {len(pending)} rules pending, {excepted} excepted"


def _findings(reports: Sequence[PolicyReport], *, with_stack: bool) -> list[str]:
    """One line a finding, as long as it must be: a message that is cut or wrapped names nothing."""
    rows: list[tuple[str, ...]] = []
    for report in reports:
        rows += _rows(report, shown_as=report.stack if with_stack else "")
    return columns(rows, "  ")


def _rows(report: PolicyReport, *, shown_as: str) -> Iterator[tuple[str, ...]]:
    for finding in report.findings:
        yield (finding.level.value, finding.rule, shown_as, finding.resource, finding.message)
    for finding in report.excepted:
        yield ("excepted", finding.rule, shown_as, finding.resource, finding.message)
