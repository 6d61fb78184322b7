"""Rehearsing stacks: their programs run, and AWS is this process's memory."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
import pulumi

from paved.aws.creating.memory import MemoryAws
from paved.aws.creating.rejections import Rejected
from paved.errors import BadInput, PavedError
from paved.rehearsal.api_server import ApiServer
from paved.rehearsal.in_memory_provider import InMemoryProvider, StackTarget
from paved.rehearsal.outcome import Outcome, Status
from paved.runtime.runtime import run_program
from paved.runtime.values import as_json
from reference.releases import release
from stacks.checks.access import roles, roles_of_cluster
from stacks.checks.folder import Folder
from stacks.program.run import run_main
from stacks.reading.loader import StackFile
from stacks.reading.problems import ConfigError
from stacks.schema import Foundation, Stack, Team

SCHEMA_VERSION = "1"
NOBODY = json.dumps({"Version": "2012-10-17", "Statement": []})
"""The trust policy of roles that no stack creates: the rehearsal needs them to exist, and assumes none."""


class RehearsalFailed(PavedError):
    """The program or a creator broke. A defect of Paved, not of the stack file."""

    exit_code = 70


@dataclass(frozen=True, kw_only=True)
class RehearsedStack:
    """The outcome of each resource of one stack, sorted by URN: the order of registration varies."""

    name: str
    account: str
    region: str
    outcomes: tuple[Outcome, ...]
    outputs: Mapping[str, Any] = field(repr=False)

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        """The resources that cannot be created as asked."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "rejected")

    def counts(self) -> dict[str, Counter[Status]]:
        """The number of resources of each status, by service."""
        counted: dict[str, Counter[Status]] = {}
        for outcome in self.outcomes:
            counted.setdefault(outcome.service, Counter())[outcome.status] += 1
        return dict(sorted(counted.items()))

    def as_json(self) -> dict[str, Any]:
        """The stack as JSON data."""
        return {
            "stack": self.name,
            "account": self.account,
            "region": self.region,
            "counts": {service: dict(sorted(counts.items())) for service, counts in self.counts().items()},
            "outputs": as_json(self.outputs),
            "resources": [outcome.as_json() for outcome in self.outcomes],
        }


class Rehearsal:
    """Rehearsed stacks, and the in-memory accounts that they landed in."""

    def __init__(self, memory: MemoryAws, stacks: Sequence[RehearsedStack], server: ApiServer | None):
        self.stacks = tuple(stacks)
        self.server = server
        self._memory = memory

    @property
    def is_clean(self) -> bool:
        """Whether no resource of any stack was rejected."""
        return not any(stack.rejected for stack in self.stacks)

    def stack(self, name: str) -> RehearsedStack:
        """A rehearsed stack by name. Raises KeyError for one that was not rehearsed."""
        return {stack.name: stack for stack in self.stacks}[name]

    def session(self, name: str) -> boto3.Session:
        """A boto3 session in the account and region of a rehearsed stack, while the rehearsal is open."""
        stack = self.stack(name)
        return self._memory.session(stack.account, stack.region)

    def client(self, name: str, service: str, region: str) -> Any:
        """The boto3 client of a service in the account of a rehearsed stack, while the rehearsal is open."""
        return self._memory.client(service, self.stack(name).account, region)

    def as_json(self) -> dict[str, Any]:
        """The rehearsal as JSON data, the same bytes for the same stack files."""
        return {"schema_version": SCHEMA_VERSION, "stacks": [stack.as_json() for stack in self.stacks]}


@contextmanager
def rehearse(
    folder: Folder, names: Sequence[str] = (), on_outcome: Callable[[str, Outcome], None] | None = None
) -> Iterator[Rehearsal]:
    """Rehearse stacks of a folder, all by default, each after the stacks it refers to.

    While the context is open, the in-memory accounts answer boto3 through `Rehearsal.session`.
    `on_outcome` is called with each outcome as soon as there is one. Raises ConfigError for a mistake in a stack
    file, BadInput where the program refuses its config, and RehearsalFailed where Paved itself breaks.
    """
    if problems := folder.problems_of(names or folder.names):
        raise ConfigError(problems)
    files = {name: folder.stack(name) for name in folder.with_bases(names or folder.names)}
    server = ApiServer.from_environment()
    with MemoryAws() as memory:
        done: dict[str, RehearsedStack] = {}
        for name, file in files.items():
            _create_admitted_roles(memory, file.stack)
            provider = InMemoryProvider(
                memory,
                _target(file, files),
                references=lambda ref: done[ref].outputs,
                server=server,
                on_outcome=partial(on_outcome, name) if on_outcome else None,
            )
            done[name] = _rehearsed(file, provider)
        yield Rehearsal(memory, list(done.values()), server)


def _rehearsed(file: StackFile, provider: InMemoryProvider) -> RehearsedStack:
    try:
        run = run_program(
            run_main, stack=file.name, config=file.pulumi_config, provider=provider, dry_run=False
        )
    except pulumi.RunError as error:
        raise BadInput(str(error)) from None
    for urn, failure in run.failures:
        if not isinstance(failure, Rejected):
            raise RehearsalFailed(f"{urn}: {type(failure).__name__}: {failure}") from failure
    return RehearsedStack(
        name=file.name,
        account=file.stack.account.id,
        region=file.stack.account.region,
        outcomes=tuple(sorted(provider.outcomes, key=lambda outcome: outcome.urn)),
        outputs=run.outputs,
    )


def _target(file: StackFile, files: Mapping[str, StackFile]) -> StackTarget:
    """The target of a stack. A team's objects go to the cluster of its platform's release."""
    shared = files[file.stack.platform].stack if isinstance(file.stack, Team) else file.stack
    assert not isinstance(shared, Team)
    account = file.stack.account
    return StackTarget(
        account=account.id,
        region=account.region,
        partition=account.partition,
        kubernetes_version=release(shared.release).kubernetes,
    )


def _create_admitted_roles(memory: MemoryAws, stack: Stack) -> None:
    """Create the IAM roles that a stack admits to its cluster and no stack creates."""
    account = stack.account
    iam = memory.client("iam", account.id, account.region)
    for name in sorted(set(_admitted_roles(stack))):
        path, _, short = f"/{name}".rpartition("/")
        if memory.claim((account.id, "role", short)):  # foundations may share an account
            memory.seed(f"{account.id} {name}")
            iam.create_role(RoleName=short, Path=f"{path}/", AssumeRolePolicyDocument=NOBODY)


def _admitted_roles(stack: Stack) -> list[str]:
    if isinstance(stack, Foundation):
        return roles_of_cluster(stack)
    return [role for _, role in roles(stack)] if isinstance(stack, Team) else []
