"""The sample organisation, and a folder of its exports."""

from dataclasses import replace
from datetime import date

import pytest

from paved.operations.building import operations_report
from paved.operations.organisation import read_organisation
from paved.operations.sources import read_sources
from stacks.checks.folder import Folder as StackFolder
from tests.conftest import STACKS
from tests.paved.operations.world import PRICES, Folder, Repository


@pytest.fixture(scope="session")
def organisation():
    """The organisation of the sample stacks, whose endpoints promise to be available and nothing else."""
    read = read_organisation(StackFolder.read(STACKS, as_of=date(2026, 11, 21)))
    stacks = {name: replace(stack, promised=available(stack.promised)) for name, stack in read.stacks.items()}
    return replace(read, stacks=stacks)


def available(promised):
    """The promises of availability among others, of which a sample may have more one day."""
    return {promise: terms for promise, terms in promised.items() if promise.slo == "availability"}


@pytest.fixture
def folder(tmp_path):
    """An empty folder of exports."""
    return Folder(tmp_path / "exports")


@pytest.fixture
def repository(tmp_path):
    """A Git repository without a commit."""
    return Repository(tmp_path / "repository")


@pytest.fixture
def report(folder, organisation):
    """The report of what a test has written, of the platform or one team."""
    folder.path.mkdir()

    def make(scope="*", log=None, prices=PRICES):
        made = operations_report(read_sources(folder.path, organisation, folder.period), log, prices)
        return next(each for each in made.scopes if each.scope == scope)

    return make
