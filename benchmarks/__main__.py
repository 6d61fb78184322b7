"""`make bench`: times the commands a user waits for."""

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.fleet import write_fleet
from benchmarks.timing import Timing, timed

SAMPLES = Path(__file__).parents[1] / "stacks"
PAVED = str(Path(sys.executable).parent / "paved")
LARGEST = "vision-prod"
FEW, MANY = 10, 100


def main() -> None:
    """Measure and print. Ratios hold on a noisy machine where seconds do not."""
    python = timed([sys.executable, "-c", "pass"])
    sdks = timed([sys.executable, "-c", "import pulumi_aws, pulumi_kubernetes"])
    table = Table(box=None, pad_edge=False)
    for title in ("command", "wall s", "cpu s", "against", "ratio of cpu"):
        table.add_column(title, justify="left" if title in ("command", "against") else "right")

    def row(name: str, taken: Timing, against: str, measure: Timing) -> None:
        table.add_row(
            name, f"{taken.wall:.2f}", f"{taken.cpu:.2f}", against, f"{taken.cpu / measure.cpu:.1f}"
        )

    row("paved validate", timed([PAVED, "validate"]), "an empty Python", python)
    row(f"paved plan {LARGEST}", timed([PAVED, "plan", LARGEST]), "importing both SDKs", sdks)
    row("paved rehearse", timed([PAVED, "rehearse"], runs=1), "importing both SDKs", sdks)
    few, many = _fleet(FEW), _fleet(MANY)
    row(f"paved plan --all, {MANY} teams", many, f"the same with {FEW} teams", few)
    console = Console()
    console.print(table)
    console.print(f"CPU for each team beyond the first {FEW}: {(many.cpu - few.cpu) / (MANY - FEW):.3f} s")


def _fleet(teams: int) -> Timing:
    with tempfile.TemporaryDirectory() as folder:
        write_fleet(SAMPLES, Path(folder), teams)
        return timed([PAVED, "plan", "--all", "--stacks", folder], runs=1)


if __name__ == "__main__":
    main()
