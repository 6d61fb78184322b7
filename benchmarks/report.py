"""How long a month of a million billing lines takes, and what memory: `python -m benchmarks.report`."""

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.billing import write_bill

COPIES = 720
"""Resources that each charge of the sample month is split into: 31 days of 45 charges make a million lines."""

COMMAND = "import sys; from paved.cli import run; sys.exit(run(sys.argv[1:]))"


def main() -> None:
    """Write a bill, report it once and print what that took."""
    parser = argparse.ArgumentParser(description="Measure `paved report` on a large bill.")
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--bill", type=Path, help="a bill of October 2026 to read instead of a new one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bill = given.bill or Path(folder) / "focus.csv"
        if given.bill is None:
            write_bill(bill, date(2026, 10, 1), date(2026, 10, 31), copies=given.copies)
        with bill.open("rb") as file:
            lines = sum(1 for _ in file) - 1
        size = bill.stat().st_size / 1e6
        wall, cpu, memory = measured(bill, Path(folder) / "made")
    sys.stdout.write(
        f"{lines:,} lines, {size:,.0f} MB: {wall:.1f} s wall, {cpu:.1f} s CPU, {memory / 1e6:,.0f} MB of memory\n"
    )


def measured(bill: Path, out: Path) -> tuple[float, float, int]:
    """Seconds of wall and CPU time, and the largest resident size in bytes, of one report."""
    arguments = [
        "report",
        "--month",
        "2026-10",
        "--as-of",
        "2026-11-21",
        "--actuals",
        str(bill),
        "--out",
        str(out),
    ]
    before = os.times()
    child = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"the report ended with {os.waitstatus_to_exitcode(status)}")
    wall = os.times().elapsed - before.elapsed
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
