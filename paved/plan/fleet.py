"""Plans of all stacks of a folder: the SDKs are imported once, and team stacks are planned side by side."""

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from paved.plan.model import Plan
from paved.plan.planner import Planner

_planner: Planner | None = None


def plan_fleet(planner: Planner) -> list[Plan]:
    """Plan every stack of the planner's folder, in its order.

    The shared stacks are planned first, in this process: each worker is a fork of it and finds the SDKs
    imported and those plans made. Where a process cannot fork, stacks are planned one after another.
    Raises what planning any of them raises.
    """
    shared = [name for name in planner.names if not planner.is_team(name)]
    for name in shared:
        planner.plan(name)
    missing = [name for name in planner.names if not planner.find(name)]
    for name in missing[:1]:
        planner.plan(name)
    rest = missing[1:]
    workers = min(os.cpu_count() or 1, len(rest))
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [planner.plan(name) for name in planner.names]
    planned = _in_forks(planner, rest, workers)
    return [planned.get(name) or planner.plan(name) for name in planner.names]


def _in_forks(planner: Planner, names: list[str], workers: int) -> dict[str, Plan]:
    global _planner
    _planner = planner
    gc.collect()
    gc.freeze()
    try:
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(max_workers=workers, mp_context=fork) as pool:
            with _no_interrupts():
                plans = pool.map(_plan_in_fork, names)
            return dict(zip(names, plans, strict=True))
    finally:
        gc.unfreeze()
        _planner = None


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Fork workers out of reach of Ctrl-C: one that dies of it may hold a lock that the parent waits for."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _plan_in_fork(name: str) -> Plan:
    if _planner is None:
        raise RuntimeError("a worker is a fork of a process that has a planner")
    return _planner.plan(name)
