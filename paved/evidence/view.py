"""A verification as text: the verdict first, then each thing that stands behind it, then what to do next."""

import json
from collections.abc import Sequence

from paved.evidence.bundle import EVIDENCE
from paved.evidence.derivation import as_of
from paved.evidence.statement import STATEMENT
from paved.evidence.verification import Anchor, Verification
from paved.table_text import counted

UNSIGNED = "whole, but not signed: nothing here says who wrote it"
CHAIN = "every file is the one that the head stands for"


def verification_view(found: Verification) -> str:
    """The text of a bundle that nothing is wrong with."""
    sealed = found.sealed
    files = counted(len(sealed.stated["files"]), "file")
    day = f" as of {as_of(sealed)}" if sealed.kind == EVIDENCE else ""
    rows = [*_plan(found), ("chain", CHAIN), *((str(each.anchor), each.says) for each in found.verdicts)]
    rows += [("approval", f"{each.by} on {each.on} ({each.reference})") for each in found.approvals]
    if sealed.kind == EVIDENCE and not found.approvals:
        rows.append(("approval", "none"))
    rows += [("note", each) for each in found.notes]
    return "\n".join(
        [
            _verdict(found),
            f"{files} of {sealed.stack}, {sealed.kind}{day}",
            f"head   {sealed.head}",
            "",
            "What stands behind it",
            *(f"  {name:<11} {says}" for name, says in rows),
        ]
    )


def _plan(found: Verification) -> list[tuple[str, str]]:
    """The verdict on the plan, as the statement has it."""
    predicate = json.loads(found.sealed.attached[STATEMENT])["predicate"]
    if found.sealed.kind != EVIDENCE:
        return []
    says = "refused by the rules" if predicate["verificationResult"] == "FAILED" else "allowed by the rules"
    levels = _levels(predicate["verifiedLevels"], predicate["levelAtMost"])
    return [("plan", f"{says}, {levels}; {predicate['undetermined']} undetermined")]


def _levels(met: Sequence[str], at_most: str | None) -> str:
    sure = f"meets {met[0]}" if met else ""
    if at_most in (None, *met):
        return sure or "meets no level"
    return f"{sure}, {at_most} cannot be told".removeprefix(", ")


def next_step(found: Verification) -> str | None:
    """The thing to do next; None where nothing is left."""
    if found.holds(Anchor.SIGNATURE):
        return None if found.holds(Anchor.DATE) else "have it dated: docs/guides/evidence.md shows how"
    if found.holds(Anchor.HEAD):
        return None
    return (
        "compare the head with the one that was recorded when it was written (`--head SHA`), "
        "or name the key that signed it (`--key`, `--kms`)"
    )


def _verdict(found: Verification) -> str:
    if not found.holds(Anchor.SIGNATURE):
        return "whole, and the one that was asked for" if found.holds(Anchor.HEAD) else UNSIGNED
    return "whole, signed and dated" if found.holds(Anchor.DATE) else "whole and signed"
