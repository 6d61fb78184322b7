"""An audit as text: the differences by how much they matter, what AWS did not tell, and how far it all reaches."""

from collections.abc import Iterator
from itertools import groupby

from paved.audit.facts import Difference
from paved.audit.outcome import Audit


def view(audit: Audit) -> str:
    """The audit as text for a terminal."""
    return "\n".join([_title(audit), *_differences(audit), *_unread(audit), "", *_coverage(audit)])


def _title(audit: Audit) -> str:
    where = f"the account {audit.account}, {audit.region}"
    account = f"a rehearsal of {where}" if audit.is_rehearsed else where
    kinds = ", ".join(f"{number} {kind}" for kind, number in audit.kinds().items())
    if kinds:
        return f"{audit.stack}: {_counted(len(audit.differences), 'difference')} from {account} ({kinds})"
    verdict = "what could be read is as planned" if audit.unread else "as planned"
    return f"{audit.stack}: {verdict}, in {account}"


def _differences(audit: Audit) -> Iterator[str]:
    for severity, group in groupby(audit.differences, key=lambda each: each.severity):
        yield from ("", severity)
        for difference in group:
            yield f"  {difference.kind:<7}  {difference.concern:<13}  {difference.address}"
            if said := _said(difference):
                yield f"{'':<26}{said}"


def _said(difference: Difference) -> str | None:
    match difference.kind:
        case "missing":
            return None
        case "extra":
            found = f": {difference.found}" if difference.found is not None else ""
            return (
                f"{difference.property}{found}"
                if difference.found is not None
                else "in no plan of this stack"
            )
        case "changed":
            planned = "nothing" if difference.planned is None else difference.planned
            found = "nothing" if difference.found is None else difference.found
            return f"{difference.property}: planned {planned}, found {found}"


def _unread(audit: Audit) -> Iterator[str]:
    if audit.unread:
        yield from ("", "could not be read")
    for each in audit.unread:
        yield f"  {each.address}: {each.call} was answered {each.reason}; it needs {each.action}"


def _coverage(audit: Audit) -> Iterator[str]:
    yield f"compared: {audit.compared} of {_counted(audit.planned, 'AWS resource')}, {_counted(audit.values, 'value')}"
    if audit.not_held:
        yield "not held by the simulator, so neither the same nor different:"
        yield from (f"  {number:>4}  {what}" for what, number in audit.not_held.items())
    if audit.unknown:
        yield f"not compared: {_counted(audit.unknown, 'value')} that no plan knows or nobody may print"
    for address in audit.untold:
        yield f"not compared: {address}, whose name another stack alone knows"
    for type, (number, reason) in audit.not_covered.items():
        yield f"not covered: {number} of {type}: {reason}"
    if audit.kubernetes:
        yield f"not covered: {_counted(audit.kubernetes, 'Kubernetes object')}, which the cluster holds and no account"
    if audit.runtime:
        made = _counted(audit.runtime, "resource")
        yield f"not compared: {made} with the tags of the stack, made by the cluster as it runs"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
