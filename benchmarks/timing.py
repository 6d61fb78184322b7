"""Time and memory of commands, as the operating system accounts for them."""

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

RUNS = 3


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds of wall and CPU time, and bytes of memory at the most. CPU counts child processes."""

    wall: float
    cpu: float
    memory: int


def timed(command: Sequence[str], runs: int = RUNS) -> Timing:
    """Run a command once to warm the caches, then `runs` times: the medians of those. Raises what `run_once` does."""
    run_once(command)
    timings = [run_once(command) for _ in range(runs)]
    wall = statistics.median(each.wall for each in timings)
    cpu = statistics.median(each.cpu for each in timings)
    return Timing(wall=wall, cpu=cpu, memory=max(each.memory for each in timings))


def run_once(command: Sequence[str]) -> Timing:
    """Run a command. Raises CalledProcessError when it fails."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # `wait4` accounts for this child alone; what `os.times` counts includes every child before it.
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    kibibytes = usage.ru_maxrss  # on Linux; other systems count in bytes
    return Timing(wall=wall, cpu=usage.ru_utime + usage.ru_stime, memory=kibibytes * 1024)
