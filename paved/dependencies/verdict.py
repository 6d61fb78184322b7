"""What a scan of the dependencies comes to: what it found, less what is answered for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from paved.dependencies.ignored import LONGEST_DAYS, Ignored


@dataclass(frozen=True, kw_only=True)
class ScanVerdict:
    """`problems` fail the scan, one line each. `ignored` are the advisories that were found and are answered for."""

    scanned: int
    ignored: tuple[str, ...]
    problems: tuple[str, ...]


def judge(report: Mapping[str, Any], entries: Sequence[Ignored], as_of: date) -> ScanVerdict:
    """Judge what pip-audit reports as JSON. What it skipped was not scanned, and fails."""
    used: set[Ignored] = set()
    problems: list[str] = []
    dependencies = report["dependencies"]
    for dependency in dependencies:
        package = f"{dependency['name']} {dependency.get('version', '')}".strip()
        if "skip_reason" in dependency:
            problems.append(f"{package}: not scanned: {dependency['skip_reason']}")
            continue
        for vulnerability in dependency["vulns"]:
            ids = {vulnerability["id"], *vulnerability["aliases"]}
            entry = next((e for e in entries if e.package == dependency["name"] and e.id in ids), None)
            if entry is None:
                problems.append(f"{package}: {_found(vulnerability)}")
            else:
                used.add(entry)
    if not dependencies:
        problems.append("nothing was scanned")
    problems += [problem for entry in entries for problem in _wrong(entry, entry in used, as_of)]
    return ScanVerdict(
        scanned=sum("skip_reason" not in each for each in dependencies),
        ignored=tuple(sorted(f"{entry.id} of {entry.package}" for entry in used)),
        problems=tuple(sorted(problems)),
    )


def _found(vulnerability: Mapping[str, Any]) -> str:
    fixed = ", ".join(vulnerability["fix_versions"])
    return f"{vulnerability['id']}, " + (f"fixed in {fixed}" if fixed else "not fixed yet")


def _wrong(entry: Ignored, is_used: bool, as_of: date) -> Iterator[str]:
    where = f"ignored {entry.id} of {entry.package} ({entry.owner})"
    if not is_used:
        yield f"{where}: no longer found, take it out"
    if entry.expires < as_of:
        yield f"{where}: expired on {entry.expires}"
    if entry.expires > as_of + timedelta(days=LONGEST_DAYS):
        yield f"{where}: expires on {entry.expires}, more than {LONGEST_DAYS} days ahead"
