"""Running a command and reading what it took, as the operating system accounts for it."""

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

RUNS = 3


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The medians of a command's runs, in seconds. CPU counts its child processes."""

    wall: float
    cpu: float


def timed(command: Sequence[str], runs: int = RUNS) -> Timing:
    """Run a command once to warm the caches, then `runs` times. Raises CalledProcessError when it fails."""
    measured = [_once(command) for _ in range(runs + 1)][1:]
    return Timing(
        wall=statistics.median(wall for wall, _ in measured),
        cpu=statistics.median(cpu for _, cpu in measured),
    )


def _once(command: Sequence[str]) -> tuple[float, float]:
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    cpu = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return wall, cpu
