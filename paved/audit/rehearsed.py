"""The in-memory account that a stack and those it refers to were rehearsed into, for an audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from paved.audit.audited_stack import SimulatorLimits
from paved.aws.reading.account import AccountReader
from paved.aws.services import simulator_gaps
from paved.rehearsal.rehearsal import Rehearsal, rehearse
from stacks.checks.folder import Folder


@contextmanager
def rehearsed_account(folder: Folder, name: str) -> Iterator[tuple[AccountReader, SimulatorLimits]]:
    """Rehearse a stack, and read its account while the context is open. Raises as a rehearsal does."""
    with rehearse(folder, [name]) as rehearsal:
        yield account_of(rehearsal, name), simulator_limits(rehearsal, name)


def account_of(rehearsal: Rehearsal, name: str) -> AccountReader:
    """The account of a rehearsed stack, while the rehearsal is open."""
    return AccountReader(partial(rehearsal.client, name))


def simulator_limits(rehearsal: Rehearsal, name: str) -> SimulatorLimits:
    """The resources and properties of a rehearsed stack that the in-memory account does not hold."""
    validated = [each for each in rehearsal.stack(name).outcomes if each.status == "validated"]
    urns = frozenset(each.urn for each in validated if each.calls)
    return SimulatorLimits(validated=urns, gaps=simulator_gaps())
