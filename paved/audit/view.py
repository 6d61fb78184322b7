"""An audit as text: the differences by severity, the calls that AWS did not answer, and the coverage."""

from collections.abc import Iterator
from itertools import groupby

from paved.audit.known import FILE
from paved.audit.outcome import Audit
from paved.audit.parts import NOT_LOOKED_AT
from paved.aws.reading.facts import Difference
from paved.table_text import counted

PAGE = "docs/reference/audit.md"
"""The page that names what an audit does not look at, type by type."""


def view(audit: Audit) -> str:
    """The audit as text for a terminal."""
    found = [_title(audit), *_differences(audit), *_unread(audit)]
    return "\n".join([*found, "", *_coverage(audit)])


def _title(audit: Audit) -> str:
    where = f"account {audit.account}, {audit.region}"
    account = f"a rehearsal of {where}" if audit.is_rehearsed else where
    kinds = ", ".join(f"{number} {kind}" for kind, number in audit.kinds().items())
    if kinds:
        return f"{audit.stack}: {counted(len(audit.differences), 'difference')} in {account} ({kinds})"
    verdict = "what could be read is as planned" if audit.unread else "as planned"
    return f"{audit.stack}: {verdict}, in {account}"


def _differences(audit: Audit) -> Iterator[str]:
    for severity, group in groupby(audit.differences, key=lambda each: each.severity):
        yield from ("", severity)
        for (kind, concern, address), each in groupby(group, key=lambda d: (d.kind, d.concern, d.address)):
            yield f"  {kind:<7}  {concern:<13}  {address}"
            details = filter(None, map(_detail, each))
            yield from (f"{'':<26}{detail}" for detail in details)


def _detail(difference: Difference) -> str | None:
    planned, found = ("nothing" if text is None else text for text in (difference.planned, difference.found))
    match difference.kind:
        case "changed":
            return f"{difference.property}: planned {planned}, found {found}"
        case "extra" if difference.property:
            return f"{difference.property}: {found}"
    if difference.kind == "beside":
        return "in no plan of this folder"
    return "in no plan of this stack" if difference.kind == "extra" else None


def _unread(audit: Audit) -> Iterator[str]:
    if audit.unread:
        yield from ("", "could not be read")
    for each in audit.unread:
        needs = f"; it needs {each.action}" if each.action else ""
        yield f"  {each.address}: {each.call} was answered {each.reason}{needs}"


def _coverage(audit: Audit) -> Iterator[str]:
    yield f"compared: {audit.compared} of {counted(audit.planned, 'AWS resource')}, {counted(audit.values, 'value')}"
    if audit.not_simulated:
        yield "not held by the simulator, so neither the same nor different:"
        yield from (f"  {number:>4}  {what}" for what, number in audit.not_simulated.items())
    if audit.unknown:
        yield f"not compared: {counted(audit.unknown, 'value')} that no plan knows, or nobody told"
    for address in audit.named_elsewhere:
        yield f"not compared: {address}, whose name another stack alone knows"
    for type, (number, reason) in audit.not_covered.items():
        yield f"not covered: {number} of {type}: {reason}"
    if audit.kubernetes:
        yield f"not covered: {counted(audit.kubernetes, 'Kubernetes object')}, which the cluster holds and no account"
    yield f"not looked at: values that the plan leaves out, and {counted(len(NOT_LOOKED_AT), 'kind')} of parts ({PAGE})"
    if audit.known:
        yield f"known: {counted(audit.known, 'difference')} that `{FILE}` says who answers for"
    if audit.runtime:
        made = counted(audit.runtime, "resource")
        yield f"not compared: {made} with the tags of the stack, made by the cluster as it runs"
