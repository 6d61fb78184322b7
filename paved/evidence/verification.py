"""Verification of a bundle: what it proves by itself, and what stands behind it from outside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from paved.errors import BadInput, Refused
from paved.evidence.approvals import Approval, approval_problems, approvals_of, by_author, strangers
from paved.evidence.bundle import APPROVALS, EVIDENCE, PLAN, REVISION
from paved.evidence.chain import MANIFEST, sha256
from paved.evidence.derivation import Derivation, as_of, derivation
from paved.evidence.keys import PublicKey
from paved.evidence.sealed_folder import SealedFolder
from paved.evidence.statement import SIGNATURE, STATEMENT, TIMESTAMP, NoEnvelope, read_envelope, signed_bytes
from paved.evidence.timestamp import NoTimestamp, hold_to_authority, read_timestamp
from reference.security_level import STRICTEST


class Anchor(StrEnum):
    """Something that stands behind a bundle, and that whoever rewrites it whole cannot rewrite with it."""

    HEAD = "head"
    SIGNATURE = "signature"
    DATE = "date"
    DERIVATION = "derivation"


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """The things from outside that a bundle is held to: a head, a key, an authority's certificates, what is required.

    `today` is the day, in UTC, on which somebody verifies.
    """

    today: date
    head: str | None = None
    key: PublicKey | None = None
    authority: Path | None = None
    required: frozenset[Anchor] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome of one check. `holds` is None where it could not be made."""

    anchor: Anchor
    holds: bool | None
    says: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A bundle that was looked at: what is wrong, what stands behind it, and what is worth knowing."""

    sealed: SealedFolder
    problems: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()

    def holds(self, anchor: Anchor) -> bool:
        """Whether a check was made and holds."""
        return any(each.anchor is anchor and each.holds for each in self.verdicts)


def verification(sealed: SealedFolder, asked: Trusted) -> Verification:
    """Verify a bundle that was read. Raises BadInput for a key or certificates that cannot be read, and Refused."""
    if sealed.problems:
        return Verification(sealed=sealed, problems=sealed.problems)
    verdicts = [_head(sealed, asked), _signature(sealed, asked), _date(sealed, asked)]
    problems = [each.says for each in verdicts if each.holds is False]
    approvals: list[Approval] = []
    notes: list[str] = []
    derived: Derivation | None = None
    if sealed.kind == EVIDENCE:
        if not problems:
            derived = derivation(sealed)
            verdicts.append(_derivation(derived))
            problems += derived.differences if derived.is_refuted else ()
            approvals, wrong, notes = _approvals(sealed, derived)
            problems += wrong
        if (day := as_of(sealed)) > asked.today:
            problems.append(f"it is of {day}, a day that is still to come")
    if not problems:
        problems += _lacking(sealed, verdicts, asked.required)
        problems += _lacking_by_level(verdicts, derived) if derived else ()
    return Verification(
        sealed=sealed,
        problems=tuple(problems),
        verdicts=tuple(verdicts),
        notes=tuple(notes),
        approvals=tuple(approvals),
    )


def _head(sealed: SealedFolder, asked: Trusted) -> Verdict:
    if asked.head is None:
        says = "not compared: `--head SHA` holds it to the one that was recorded when the bundle was written"
        return Verdict(anchor=Anchor.HEAD, holds=None, says=says)
    if asked.head != sealed.head:
        says = (
            f"the head is {sealed.head[:12]}…, and {asked.head[:12]}… was asked for: this is another bundle"
        )
        return Verdict(anchor=Anchor.HEAD, holds=False, says=says)
    return Verdict(anchor=Anchor.HEAD, holds=True, says="the one that was asked for")


def _signature(sealed: SealedFolder, asked: Trusted) -> Verdict:
    if SIGNATURE not in sealed.attached:
        says = "none: nothing here says who wrote it"
        if asked.key:
            return Verdict(
                anchor=Anchor.SIGNATURE, holds=False, says=f"it is not signed: it has no `{SIGNATURE}`"
            )
        return Verdict(anchor=Anchor.SIGNATURE, holds=None, says=says)
    try:
        envelope = read_envelope(sealed.attached[SIGNATURE])
    except NoEnvelope as error:
        return Verdict(anchor=Anchor.SIGNATURE, holds=False, says=f"`{SIGNATURE}`: {error}")
    if envelope.payload != sealed.attached[STATEMENT]:
        says = f"`{SIGNATURE}` is the signature of another bundle: it is over another statement"
        return Verdict(anchor=Anchor.SIGNATURE, holds=False, says=says)
    if asked.key is None:
        says = "there, and nobody looked at it: `--key PUBLIC.pem` or `--kms ALIAS` names the key that it should be by"
        return Verdict(anchor=Anchor.SIGNATURE, holds=None, says=says)
    data = signed_bytes(envelope.payload)
    if not any(asked.key.verifies(each, data) for each in envelope.signatures):
        says = f"`{SIGNATURE}` is not by the key {asked.key.named}: another signed it, or nobody"
        return Verdict(anchor=Anchor.SIGNATURE, holds=False, says=says)
    says = f"by the key {asked.key.named}, SHA-256 {asked.key.sha256[:16]}…"
    return Verdict(anchor=Anchor.SIGNATURE, holds=True, says=says)


def _date(sealed: SealedFolder, asked: Trusted) -> Verdict:
    if TIMESTAMP not in sealed.attached:
        if asked.authority:
            return Verdict(anchor=Anchor.DATE, holds=False, says=f"it is not dated: it has no `{TIMESTAMP}`")
        says = "none: the bundle's own day is all that says when"
        return Verdict(anchor=Anchor.DATE, holds=None, says=says)
    try:
        found, response = read_timestamp(sealed.attached[TIMESTAMP], _stampable(sealed))
        if asked.authority is None:
            says = "there, and nobody looked at it: `--tsa CERTIFICATE.pem` names the authority that it should be by"
            return Verdict(anchor=Anchor.DATE, holds=None, says=says)
        hold_to_authority(response, asked.authority)
    except NoTimestamp as error:
        return Verdict(anchor=Anchor.DATE, holds=False, says=f"`{TIMESTAMP}`: {error}")
    if sealed.kind == EVIDENCE and (day := as_of(sealed)) > found.moment.date():
        says = f"it is of {day}, and was dated before that, at {found.moment:%Y-%m-%dT%H:%M:%SZ}"
        return Verdict(anchor=Anchor.DATE, holds=False, says=says)
    what = "the signature" if found.of == SIGNATURE else "the files, of a signature it says nothing,"
    says = f"{what} existed at {found.moment:%Y-%m-%dT%H:%M:%SZ}, says the authority of `{asked.authority}`"
    return Verdict(anchor=Anchor.DATE, holds=True, says=says)


def _stampable(sealed: SealedFolder) -> dict[str, bytes]:
    """The files, each of which stands for the whole bundle: the signature says most."""
    whole = {MANIFEST: sealed.files[MANIFEST]}
    signature = sealed.attached.get(SIGNATURE)
    return {SIGNATURE: signature, **whole} if signature else whole


def _derivation(derived: Derivation) -> Verdict:
    if derived.is_same:
        by = f", by other tools: {', '.join(derived.tools)}" if derived.tools else ""
        says = f"plan, verdicts, cost and controls follow from the stack files in it{by}"
        return Verdict(anchor=Anchor.DERIVATION, holds=True, says=says)
    if derived.is_refuted:
        return Verdict(anchor=Anchor.DERIVATION, holds=False, says=derived.differences[0])
    says = (
        f"cannot be told: {'; '.join(derived.differences)}. Other tools wrote it ({', '.join(derived.tools)}): "
        "verify it in a checkout of its `revision.json` and with the versions of its `tools.json`"
    )
    return Verdict(anchor=Anchor.DERIVATION, holds=None, says=says)


def _approvals(sealed: SealedFolder, derived: Derivation) -> tuple[list[Approval], list[str], list[str]]:
    """The approvals of a bundle, what is wrong with them, and who approved what they had written."""
    try:
        approvals = approvals_of(sealed.data(APPROVALS), APPROVALS)
        author = sealed.data(REVISION)["author"]
    except BadInput as error:
        return [], [f"{error}: it was changed"], []
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(f"`{APPROVALS}` or `{REVISION}` cannot be read: it was changed") from None
    wrong = list(approval_problems(approvals, sha256(sealed.files[PLAN]), as_of(sealed)))
    if made := derived.evaluated:
        wrong += strangers(approvals, made.register, made.team)
    return (
        approvals,
        wrong,
        [f"{each} approved what they wrote themselves" for each in by_author(approvals, author)],
    )


def _lacking(sealed: SealedFolder, verdicts: Sequence[Verdict], required: Iterable[Anchor]) -> Iterator[str]:
    """The anchors that are required and do not hold."""
    found = {each.anchor: each for each in verdicts}
    for anchor in sorted(required):
        if anchor not in found:
            yield f"{anchor}: a bundle of the kind {sealed.kind} has none"
        elif not found[anchor].holds:
            yield f"{anchor}: {found[anchor].says}"


def _lacking_by_level(verdicts: Sequence[Verdict], derived: Derivation) -> Iterator[str]:
    """The anchors that evidence needs by the level of security that its stack promises."""
    held = {each.anchor for each in verdicts if each.holds}
    says = {each.anchor: each.says for each in verdicts}
    # Where nothing could be made of the stack files, nothing is known of the promise either.
    promised = derived.evaluated.report.security if derived.evaluated else STRICTEST
    if promised == STRICTEST and Anchor.SIGNATURE not in held:
        yield f"evidence of a stack at `{STRICTEST}` is signed, by a key that is named: {says[Anchor.SIGNATURE]}"
    if not held & {Anchor.DERIVATION, Anchor.HEAD, Anchor.SIGNATURE}:
        yield f"nothing tells it from one that was rewritten whole: {says[Anchor.DERIVATION]}"
