"""The evidence of one deployment for an auditor, as files that prove each other."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from paved.errors import BadInput, Refused
from paved.evidence.approvals import read_approvals
from paved.evidence.chain import MANIFEST, canonical, chain_links, chain_problems, manifest, sha256
from paved.evidence.controls import controls_page
from paved.git import GitFailed, git
from paved.plan.model import Plan
from policies.evaluation import PolicyReport
from policies.security_level import SecurityResult
from policies.settings import PolicyFile

CONFIG = "config.json"
UNREADABLE = "is not a bundle of `paved evidence`"
PACKAGES = ("botocore", "moto", "pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-policy", "pydantic")
"""Libraries that decide what is planned or judged."""


@dataclass(frozen=True, kw_only=True)
class EvaluatedPlan:
    """A plan with its policy report, level of security and cost, as of a day. `config` is the stack's own."""

    plan: Plan
    config: Mapping[str, str]
    report: PolicyReport
    security: SecurityResult
    policy_file: PolicyFile
    cost: Mapping[str, Any]
    as_of: date


def plan_sha256(plan: Plan) -> str:
    """The digest that an approval of this plan names."""
    return sha256(canonical(plan.as_json()).encode())


def bundle(evaluated: EvaluatedPlan, folder: Path, approvals: Path | None) -> dict[str, str]:
    """The files of a bundle by name, the manifest last. The same bytes for the same files, tools and day.

    Raises BadInput or Refused for approvals that do not fit.
    """
    plan, report = evaluated.plan, evaluated.report
    parts: dict[str, Any] = {
        CONFIG: {
            "stack": plan.stack,
            "as_of": evaluated.as_of.isoformat(),
            "config": dict(evaluated.config),
        },
        "plan.json": plan.as_json(),
        "policy.json": report.as_json(),
        "security.json": evaluated.security.as_json(),
        "exceptions.json": [each.model_dump(mode="json") for each in evaluated.policy_file.exceptions],
        "cost.json": evaluated.cost,
        "approvals.json": read_approvals(approvals, plan_sha256(plan)),
        "tools.json": tool_versions(),
        "revision.json": revision(folder),
    }
    files = {name: canonical(data) for name, data in parts.items()}
    files["controls.md"] = controls_page(report, evaluated.as_of)
    # Last: its links are of every file before it.
    files[MANIFEST] = manifest(plan.stack, chain_links(files))
    return files


def tool_versions() -> dict[str, str]:
    """The version of Python and of each library that decides what is planned or judged."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        versions[package] = _version(package)
    return versions


def revision(folder: Path) -> Mapping[str, Any]:
    """The git commit that a folder stands at, and the tracked or new files that differ from it.

    Where there is no repository or no git, the commit is None.
    """
    try:
        commit = git(folder, "rev-parse", "HEAD").decode().strip()
        status = git(folder, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", ":/")
    except GitFailed:
        return {"commit": None, "changed": []}
    # A file name is bytes to git; those that are not UTF-8 come back as they were.
    entries = status.decode(errors="surrogateescape").split("\0")
    return {"commit": commit, "changed": sorted(entry[3:] for entry in entries if entry)}


def verify(folder: Path) -> tuple[Mapping[str, Any], Sequence[str]]:
    """A bundle's manifest, and its problems. Raises BadInput for a folder that is no bundle."""
    try:
        stated = json.loads((folder / MANIFEST).read_bytes())
        found: dict[str, bytes] = {}
        odd: list[str] = []
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if not _is_plain(path):
                odd.append(name)
            elif path.is_file() and name != MANIFEST:
                found[name] = path.read_bytes()
        problems = list(chain_problems(stated, found))
        problems += [f"`{name}` is no plain file" for name in odd]
        if not problems and json.loads(found[CONFIG])["stack"] != stated["stack"]:
            problems.append(f"`{MANIFEST}` names another stack than `{CONFIG}`: it was changed")
        return stated, problems
    except OSError as error:
        raise BadInput(f"`{folder}` {UNREADABLE}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"`{folder / MANIFEST}` was changed: it cannot be read") from error


def _is_plain(path: Path) -> bool:
    """Whether it is a file or a folder of the bundle itself: a link may lead to something else tomorrow."""
    return not path.is_symlink() and (path.is_file() or path.is_dir())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
