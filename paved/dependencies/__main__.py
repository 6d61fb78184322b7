"""`make scan`: pip-audit over requirements.lock, less the advisories that `.ci/advisories.yaml` answers for."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from paved.cli.as_of import as_of_date
from paved.dependencies.advisories import read_advisories
from paved.dependencies.verdict import judge_scan
from paved.errors import BadInput, PavedError, Refused
from reference.vocabulary import AS_OF_VARIABLE

LOCK = Path("requirements.lock")
ADVISORIES = Path(".ci/advisories.yaml")
COMMAND = (sys.executable, "-m", "pip_audit")
OPTIONS = (
    "--require-hashes",
    "--disable-pip",
    "--format",
    "json",
    "--desc",
    "off",
    "--progress-spinner",
    "off",
)


def main() -> int:
    """Scan and say what was found: 0 nothing new, 1 a vulnerability or a dependency not scanned, 2 no scan."""
    try:
        entries = read_advisories(ADVISORIES)
        verdict = judge_scan(scan(LOCK), entries, as_of_date(os.environ.get(AS_OF_VARIABLE)))
        for ignored in verdict.ignored:
            typer.echo(f"ignored: {ignored}", err=True)
        if verdict.problems:
            raise Refused(
                "\n".join(verdict.problems), hint=f"upgrade with `make lock`, or answer in {ADVISORIES}"
            )
    except PavedError as error:
        typer.echo(f"error: {error}" + (f"\nhint: {error.hint}" if error.hint else ""), err=True)
        return error.exit_code
    typer.echo(f"{verdict.scanned} dependencies, no known vulnerability that nobody answers for")
    return 0


def scan(lock: Path) -> Mapping[str, Any]:
    """Run pip-audit over every line of a lock file. Raises BadInput where it cannot scan."""
    command = [*COMMAND, "--requirement", str(lock), *OPTIONS]
    # It ends with 1 for a vulnerability as for a failure: only its report tells one from the other.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines()
        raise BadInput(
            f"pip-audit could not scan {lock}: {lines[-1] if lines else 'it printed nothing'}",
            hint="it asks the package index for advisories: is the network there?",
        ) from None
    return report


if __name__ == "__main__":
    sys.exit(main())
