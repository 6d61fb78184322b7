"""The evidence of one deployment for an auditor, as files that prove each other."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from paved.errors import Refused
from paved.evidence.approvals import Approval, approval_problems, strangers
from paved.evidence.chain import MANIFEST, canonical, chain_links, manifest, sha256
from paved.evidence.controls import controls_page
from paved.evidence.evaluation import EvaluatedPlan
from paved.evidence.sources import SourceTexts
from paved.evidence.statement import STATEMENT, statement
from paved.git import GitFailed, git
from paved.plan.model import Plan
from stacks.reading.problems import file_name

EVIDENCE = "evidence"
"""The kind of a bundle that shows what was planned and judged; `paved offboard` writes others."""
CONFIG, PLAN, APPROVALS, TOOLS, REVISION = (
    "config.json",
    "plan.json",
    "approvals.json",
    "tools.json",
    "revision.json",
)
DERIVED = {
    CONFIG: "the stack file",
    PLAN: "the stack files",
    "policy.json": "the plan",
    "security.json": "the plan",
    "exceptions.json": "policy.yaml",
    "cost.json": "the plan",
    "controls.md": "the plan",
}
"""The files that follow from others of the bundle, and from which."""
GIVEN = (APPROVALS, TOOLS, REVISION)
"""The files that say what no other file of the bundle does."""


def plan_sha256(plan: Plan) -> str:
    """The digest that an approval of this plan names."""
    return sha256(canonical(plan.as_json()).encode())


def derived_files(evaluated: EvaluatedPlan) -> dict[str, str]:
    """The files that follow from a bundle's texts, by name. The same bytes for the same texts, tools and day."""
    plan, report = evaluated.plan, evaluated.report
    parts: dict[str, Any] = {
        CONFIG: config_data(plan.stack, evaluated.as_of, evaluated.config),
        PLAN: plan.as_json(),
        "policy.json": report.as_json(),
        "security.json": evaluated.security.as_json(),
        "exceptions.json": [each.model_dump(mode="json") for each in evaluated.policy_file.exceptions],
        "cost.json": evaluated.cost,
    }
    files = {name: canonical(data) for name, data in parts.items()}
    files["controls.md"] = controls_page(report, evaluated.as_of)
    return files


def config_data(stack: str, as_of: date, config: Mapping[str, str]) -> dict[str, Any]:
    """The stack and the day that a bundle is of, and the stack's configuration."""
    return {"stack": stack, "as_of": as_of.isoformat(), "config": dict(config)}


def bundle(
    evaluated: EvaluatedPlan,
    sources: SourceTexts,
    approvals: Sequence[Approval],
    tools: Mapping[str, str],
    revision: Mapping[str, Any],
) -> dict[str, str]:
    """The files of a bundle by name, with its manifest and the statement over them."""
    given: dict[str, Any] = {
        APPROVALS: [approval.model_dump() for approval in approvals],
        TOOLS: tools,
        REVISION: revision,
    }
    files = derived_files(evaluated) | {name: canonical(data) for name, data in given.items()}
    return sealed(EVIDENCE, sources.stack, files | sources.bundled())


def checked_approvals(evaluated: EvaluatedPlan, approvals: Sequence[Approval]) -> None:
    """Raise Refused for approvals that do not fit, with every one of them."""
    problems = list(approval_problems(approvals, plan_sha256(evaluated.plan), evaluated.as_of))
    problems += strangers(approvals, evaluated.register, evaluated.team)
    if problems:
        raise Refused("\n".join(problems), hint="an approval has `plan_sha256`, `by`, `on` and `reference`")


def sealed(kind: str, stack: str, files: Mapping[str, str]) -> dict[str, str]:
    """Some files with the chain over them, and the statement that can be signed."""
    closed = {**files, MANIFEST: manifest(kind, stack, chain_links(files))}
    found = {name: text.encode() for name, text in closed.items()}
    return {**closed, STATEMENT: statement(json.loads(closed[MANIFEST]), found)}


def evidence_revision(folder: Path, stack: str) -> dict[str, Any]:
    """The revision of a folder, and the e-mail address of who last changed the stack's file, None for nobody."""
    try:
        author = (
            git(folder, "log", "-1", "--format=%ae", "--", file_name(stack)).decode(errors="replace").strip()
        )
    except GitFailed:
        author = ""
    return {**revision(folder), "author": author or None}


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
