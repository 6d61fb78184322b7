"""Verdict of a scan of the dependencies: the advisories that it found, less those that somebody answers for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from paved.dependencies.advisories import LONGEST_DAYS, IgnoredAdvisory


@dataclass(frozen=True, kw_only=True)
class ScanVerdict:
    """`problems` fail the scan, one line each. `ignored` are the advisories that were found and are answered for."""

    scanned: int
    ignored: tuple[str, ...]
    problems: tuple[str, ...]


def judge_scan(report: Mapping[str, Any], entries: Sequence[IgnoredAdvisory], as_of: date) -> ScanVerdict:
    """Judge what pip-audit reports as JSON. A dependency that it skipped was not scanned, and fails."""
    dependencies = report["dependencies"]
    used: set[IgnoredAdvisory] = set()
    # A report of nothing is a scan that went wrong, and not a clean one.
    problems = [] if dependencies else ["nothing was scanned"]
    for dependency in dependencies:
        package = f"{dependency['name']} {dependency.get('version', '')}".strip()
        if "skip_reason" in dependency:
            problems.append(f"{package}: not scanned: {dependency['skip_reason']}")
            continue
        for vulnerability in dependency["vulns"]:
            entry = _entry_for(vulnerability, dependency["name"], entries)
            if entry is None:
                problems.append(f"{package}: {_advisory(vulnerability)}")
            else:
                used.add(entry)
    for entry in entries:
        problems.extend(_problems(entry, entry in used, as_of))
    return ScanVerdict(
        scanned=sum("skip_reason" not in each for each in dependencies),
        ignored=tuple(sorted(f"{entry.id} of {entry.package}" for entry in used)),
        problems=tuple(sorted(problems)),
    )


def _entry_for(
    vulnerability: Mapping[str, Any], package: str, entries: Sequence[IgnoredAdvisory]
) -> IgnoredAdvisory | None:
    # PyPI, GitHub and CVE have a name each for the same advisory, and a scan may give any of them.
    ids = {vulnerability["id"], *vulnerability["aliases"]}
    return next((entry for entry in entries if entry.package == package and entry.id in ids), None)


def _advisory(vulnerability: Mapping[str, Any]) -> str:
    fixed = ", ".join(vulnerability["fix_versions"])
    return f"{vulnerability['id']}, " + (f"fixed in {fixed}" if fixed else "not fixed yet")


def _problems(entry: IgnoredAdvisory, is_used: bool, as_of: date) -> Iterator[str]:
    where = f"ignored {entry.id} of {entry.package} ({entry.owner})"
    if not is_used:
        yield f"{where}: no longer found, take it out"
    if entry.expires < as_of:
        yield f"{where}: expired on {entry.expires}"
    if entry.expires > as_of + timedelta(days=LONGEST_DAYS):
        yield f"{where}: expires on {entry.expires}, more than {LONGEST_DAYS} days ahead"
