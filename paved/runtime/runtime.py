"""One in-process run of the Pulumi program, without an engine, an account or a network."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pulumi.runtime import config as pulumi_config
from pulumi.runtime import mocks, resource
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import ROOT
from pulumi.runtime.stack import run_in_stack

from paved.runtime.monitor import RecordingMonitor
from paved.runtime.registration import Provider, Registered
from reference.vocabulary import PULUMI_STACK

PROJECT = "paved"
ORGANIZATION = "organization"
"""The only organisation of a self-managed backend."""


@dataclass(frozen=True, kw_only=True)
class ProgramRun:
    """All that a program registered, in order, and the outputs it exported."""

    resources: tuple[Registered, ...]
    outputs: Mapping[str, Any]
    failures: tuple[tuple[str, Exception], ...]


class _InlineLoop(asyncio.SelectorEventLoop):
    """An event loop without threads: the same program registers in the same order every time."""

    def run_in_executor(  # type: ignore[override]  # the caller's own type variables say nothing here
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def run_program(
    program: Callable[[], None],
    *,
    stack: str,
    config: Mapping[str, str],
    provider: Provider,
    dry_run: bool,
) -> ProgramRun:
    """Run `program` as the engine would run it for `stack`.

    `config` holds the stack's configuration as the engine passes it: full keys, values as text. With
    `dry_run` what `provider` leaves out is unknown, as in a preview; without it, it is absent.
    Raises whatever the program raises. A resource that `provider` refuses is a failure of the run, not
    an exception: its outputs are unknown and the program goes on.
    """
    monitor = RecordingMonitor(PROJECT, stack, provider)
    contextvars.copy_context().run(_run, program, stack, config, monitor, dry_run)
    registered = monitor.resources_by_urn
    outputs = next((r.outputs for r in registered.values() if r.registration.type == PULUMI_STACK), {})
    return ProgramRun(resources=tuple(registered.values()), outputs=outputs, failures=tuple(monitor.failures))


def _run(
    program: Callable[[], None],
    stack: str,
    config: Mapping[str, str],
    monitor: RecordingMonitor,
    dry_run: bool,
) -> None:
    ROOT.set(None)  # the SDK allows one root stack: a second run in this process would find the first one's
    mocks.MockSettings(  # type: ignore[no-untyped-call]  # constructing it configures this context
        monitor=monitor,
        monitor_features=set(),
        engine=mocks.MockEngine(None),
        project=PROJECT,
        stack=stack,
        dry_run=dry_run,
        organization=ORGANIZATION,
        callbacks=None,
        outputs=set(),
        lock=threading.Lock(),
        package_refs={},
        base_providers_by_ref={},
        root_directory=None,
    )
    pulumi_config.set_all_config(dict(config), [])
    loop = _InlineLoop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda _loop, _context: None)  # the run reports the first error itself
    try:
        with _no_stack_traces():
            loop.run_until_complete(run_in_stack(program))
    finally:
        _cancel_all(loop)
        loop.close()
        asyncio.set_event_loop(None)


@contextmanager
def _no_stack_traces() -> Iterator[None]:
    """Leave out the stack trace of each registration: a tenth of a run, and nothing here reads it."""
    original = resource._get_stack_trace
    resource._get_stack_trace = source_pb2.StackTrace
    try:
        yield
    finally:
        resource._get_stack_trace = original


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    """End what an error left waiting, so that nothing is reported of it later."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
