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
from policies.evaluation import PolicyReport
from policies.security_level import SecurityResult
from policies.settings import PolicyFile

CONFIG = "config.json"
UNREADABLE = "is not a bundle of `paved evidence`"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A plan with what the rules and the price book say of it, as of a day. `config` is the stack's own."""

    plan: Plan
    config: Mapping[str, str]
    report: PolicyReport
    standing: SecurityResult
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
        CONFIG: {
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
            if path.is_file() and _is_plain(path) and path != folder / MANIFEST
        }
        odd = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if not _is_plain(path)]
        wrong = [*broken(stated, found), *(f"`{name}` is no plain file" for name in odd)]
        if not wrong and json.loads(found[CONFIG])["stack"] != stated["stack"]:
            wrong.append(f"`{MANIFEST}` names another stack than `{CONFIG}`: it was changed")
        return stated, wrong
    except OSError as error:
        raise BadInput(f"`{folder}` {UNREADABLE}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"`{folder / MANIFEST}` was changed: it cannot be read") from error


def _is_plain(path: Path) -> bool:
    """Whether it is a file or a folder of the bundle itself: a link may lead to something else tomorrow."""
    return not path.is_symlink() and (path.is_file() or path.is_dir())
