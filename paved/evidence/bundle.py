"""Everything an auditor asks of one deployment, as files that prove each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from paved.errors import BadInput, Refused
from paved.evidence.approvals import read_approvals
from paved.evidence.chain import MANIFEST, broken, canonical, chained, manifest, sha256
from paved.evidence.controls import controls_page
from paved.evidence.provenance import revision, tools
from paved.plan.model import Plan
from policies.evaluation import Report
from policies.ladder import Standing
from policies.settings import PolicyFile

UNREADABLE = "is not a bundle of `paved evidence`"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A plan with what the rules and the price book say of it, as of a day. `config` is the stack's own."""

    plan: Plan
    config: Mapping[str, str]
    report: Report
    standing: Standing
    policies: PolicyFile
    cost: Mapping[str, Any]
    as_of: date


def plan_sha256(plan: Plan) -> str:
    """The digest that an approval of this plan names."""
    return sha256(canonical(plan.as_json()).encode())


def bundle(judged: Judged, folder: Path, approvals: Path | None) -> dict[str, str]:
    """The files of a bundle by name, the manifest last. The same bytes for the same files, tools and day.

    Raises BadInput or Refused for approvals that do not fit.
    """
    plan, report = judged.plan, judged.report
    parts: dict[str, Any] = {
        "config.json": {
            "stack": plan.stack,
            "as_of": judged.as_of.isoformat(),
            "config": dict(judged.config),
        },
        "plan.json": plan.as_json(),
        "policy.json": report.as_json(),
        "security.json": judged.standing.as_json(),
        "exceptions.json": [each.model_dump(mode="json") for each in judged.policies.exceptions],
        "cost.json": judged.cost,
        "approvals.json": read_approvals(approvals, plan_sha256(plan)),
        "tools.json": tools(),
        "revision.json": revision(folder),
    }
    files = {name: canonical(data) for name, data in parts.items()}
    files["controls.md"] = controls_page(report, judged.as_of)
    files[MANIFEST] = manifest(plan.stack, chained(files))
    return files


def verify(folder: Path) -> tuple[Mapping[str, Any], Sequence[str]]:
    """A bundle's manifest, and what is wrong with it. Raises BadInput for what is not a bundle."""
    import json

    try:
        stated = json.loads((folder / MANIFEST).read_bytes())
        found = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path != folder / MANIFEST
        }
        return stated, list(broken(stated, found))
    except OSError as error:
        raise BadInput(f"`{folder}` {UNREADABLE}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"`{folder / MANIFEST}` was changed: it cannot be read") from error
