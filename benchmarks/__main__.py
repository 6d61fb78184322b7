"""`make bench`: times the commands a user waits for."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from benchmarks.fleet import write_fleet
from benchmarks.timing import RUNS, Timing, timed
from paved.table_text import table_text

SAMPLES = Path(__file__).parents[1] / "examples" / "organisation" / "stacks"
PAVED = str(Path(sys.executable).parent / "paved")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print. Ratios hold on a noisy machine where seconds do not."""
    parser = argparse.ArgumentParser(description="Time the commands that a user waits for.")
    parser.add_argument("--stacks", type=Path, default=SAMPLES, help="the folder to validate and rehearse")
    parser.add_argument("--stack", default="vision-prod", help="the stack of it to plan")
    parser.add_argument("--teams", type=int, nargs=2, default=(10, 100), metavar=("FEW", "MANY"))
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args(arguments)
    table = Table(box=None, pad_edge=False, header_style=None)
    for title in ("command", "wall s", "cpu s", "against", "ratio of cpu"):
        table.add_column(title, justify="left" if title in ("command", "against") else "right")
    _commands(table, given.stack, ["--stacks", str(given.stacks)], given.runs)
    few, many = given.teams
    per_team = _fleets(table, few, many)
    text = f"{table_text(table)}\nCPU for each team beyond the first {few}: {per_team:.3f} s\n"
    sys.stdout.write(text)


def _commands(table: Table, stack: str, options: list[str], runs: int) -> None:
    """Commands against the least that any program of their kind takes."""
    python = timed([sys.executable, "-c", "pass"], runs)
    sdks = timed([sys.executable, "-c", "import pulumi_aws, pulumi_kubernetes"], runs)
    validate = timed([PAVED, "validate", *options], runs)
    _add_row(table, "paved validate", validate, "an empty Python", python)
    plan = timed([PAVED, "plan", stack, *options], runs)
    _add_row(table, f"paved plan {stack}", plan, "importing both SDKs", sdks)
    rehearse = timed([PAVED, "rehearse", *options], 1)
    _add_row(table, "paved rehearse", rehearse, "importing both SDKs", sdks)


def _fleets(table: Table, few: int, many: int) -> float:
    """Plans of a small and a large fleet. Returns the CPU time of each team by which they differ."""
    small, large = _plan_fleet(few), _plan_fleet(many)
    _add_row(table, f"paved plan --all, {many} teams", large, f"the same with {few} teams", small)
    return (large.cpu - small.cpu) / (many - few)


def _plan_fleet(teams: int) -> Timing:
    with tempfile.TemporaryDirectory() as folder:
        write_fleet(SAMPLES, Path(folder), teams)
        # Plans of foundations and platforms are kept: the run that warms the caches would leave nothing to measure.
        return timed([PAVED, "plan", "--all", "--no-cache", "--stacks", folder], 1)


def _add_row(table: Table, name: str, taken: Timing, against: str, measure: Timing) -> None:
    ratio = f"{taken.cpu / measure.cpu:.1f}"
    table.add_row(name, f"{taken.wall:.2f}", f"{taken.cpu:.2f}", against, ratio)


if __name__ == "__main__":
    main()
