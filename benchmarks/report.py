"""Benchmark of a month of a million billing lines, in time and memory: `python -m benchmarks.report`."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks import timing
from benchmarks.billing import write_bill

COPIES = 720
"""Resources that each charge of the sample month is split into: 31 days of 45 charges make a million lines."""

COMMAND = "import sys; from paved.cli import run; sys.exit(run(sys.argv[1:]))"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a bill, report it once and print what that took."""
    parser = argparse.ArgumentParser(description="Measure `paved report` on a large bill.")
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--bill", type=Path, help="a bill of October 2026 to read instead of a new one")
    parser.add_argument("--no-estimate", action="store_true", help="plan and price no stack")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        bill = given.bill or Path(folder) / "focus.csv"
        if given.bill is None:
            write_bill(bill, date(2026, 10, 1), date(2026, 10, 31), copies=given.copies)
        with bill.open("rb") as file:
            lines = sum(1 for _ in file) - 1
        size = bill.stat().st_size / 1e6
        taken = timing.run_once(command(bill, Path(folder) / "made", no_estimate=given.no_estimate))
    sys.stdout.write(
        f"{lines:,} lines, {size:,.0f} MB: {taken.wall:.1f} s wall, {taken.cpu:.1f} s CPU, "
        f"{taken.memory / 1e6:,.0f} MB of memory\n"
    )


def command(bill: Path, out: Path, *, no_estimate: bool) -> list[str]:
    """The command that reports the month of a bill to a folder."""
    days = ["--month", "2026-10", "--as-of", "2026-11-21"]
    report = ["report", *days, "--actuals", str(bill), "--out", str(out)]
    if no_estimate:
        report.append("--no-estimate")
    return [sys.executable, "-c", COMMAND, *report]


if __name__ == "__main__":
    main()
