"""Auditing an account that was never there: the stack and what it refers to, rehearsed in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from paved.audit.audit import Simulated
from paved.aws.reading.account import AccountReader
from paved.rehearsal.rehearsal import Rehearsal, rehearse
from stacks.checks.folder import Folder


@contextmanager
def rehearsed_account(folder: Folder, name: str) -> Iterator[tuple[AccountReader, Simulated]]:
    """The in-memory account that a stack was rehearsed into. Raises as a rehearsal does."""
    with rehearse(folder, [name]) as rehearsal:
        yield account_of(rehearsal, name), simulated(rehearsal, name)


def account_of(rehearsal: Rehearsal, name: str) -> AccountReader:
    """The account of a rehearsed stack, while the rehearsal is open."""
    session: Any = rehearsal.session(name)
    return AccountReader(lambda service, region: session.client(service, region_name=region))


def simulated(rehearsal: Rehearsal, name: str) -> Simulated:
    """What of a rehearsed stack the in-memory account does not hold."""
    outcomes = rehearsal.stack(name).outcomes
    return Simulated(
        validated=frozenset(each.urn for each in outcomes if each.status == "validated" and each.calls)
    )
