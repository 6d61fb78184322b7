"""`paved evidence`: the record of a deployment for an auditor, in files that prove each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, show
from paved.cli.project import StacksDir, stacks_dir
from paved.errors import BadInput, Refused
from paved.live_account import Profile

if TYPE_CHECKING:
    from paved.evidence.keys import KmsKey, PublicKey
    from paved.evidence.sealed_folder import SealedFolder
    from paved.evidence.verification import Anchor

VERIFY = "verify"


Stack = Annotated[
    str, typer.Argument(metavar="STACK|verify", help="The stack, or `verify`.", show_default=False)
]
Written = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="The bundle to verify.", show_default=False)
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder to write; an earlier bundle is replaced.")
]
Approvals = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Approvals as JSON: each names the plan's SHA-256.", show_default=False
    ),
]
Sign = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Sign with a KMS key: its ARN or `alias/NAME`.", show_default=False),
]
Head = Annotated[
    str | None,
    typer.Option(metavar="SHA", help="Verify: refuse a bundle of another head.", show_default=False),
]
Key = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Verify: the public key (PEM) that signed it.", show_default=False),
]
Kms = Annotated[
    str | None,
    typer.Option(
        metavar="KEY", help="Verify: the KMS key that signed it, asked of the account.", show_default=False
    ),
]
Authority = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Verify: certificates (PEM) of the authority that dated it.", show_default=False
    ),
]
Require = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WHAT",
        help="Verify: refuse without a `head`, `signature`, `date` or `derivation` that holds; again for more.",
        show_default=False,
    ),
]


def evidence(
    stack: Stack,
    written: Written = None,
    out: Out = None,
    approvals: Approvals = None,
    sign: Sign = None,
    head: Head = None,
    key: Key = None,
    kms: Kms = None,
    tsa: Authority = None,
    require: Require = None,
    profile: Profile = None,
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """Write the evidence of a stack (`paved evidence STACK --out DIR`), or verify it (`paved evidence verify DIR`)."""
    if stack == VERIFY:
        if written is None or out is not None or approvals is not None or sign is not None:
            raise BadInput(
                "`paved evidence verify` takes the folder of a bundle, and none of the options of writing"
            )
        return _verify(written, head, key, kms, tsa, require or [], profile)
    if out is None or written is not None:
        raise BadInput("`paved evidence STACK` needs `--out DIR`, the folder to write")
    if head or key or kms or tsa or require:
        raise BadInput(
            "`--head`, `--key`, `--kms`, `--tsa` and `--require` are of `paved evidence verify DIR`"
        )
    return _write(stack, out, approvals, sign, profile, stacks_dir(stacks), as_of)


def _write(
    stack: str,
    out: Path,
    approvals: Path | None,
    sign: str | None,
    profile: str | None,
    folder: Path,
    as_of: str | None,
) -> int:
    import json

    from paved.evidence.approvals import read_approvals
    from paved.evidence.bundle import bundle, checked_approvals, evidence_revision, plan_sha256
    from paved.evidence.chain import MANIFEST
    from paved.evidence.evaluation import evaluated_plan
    from paved.evidence.sources import source_texts
    from paved.evidence.statement import SIGNATURE, STATEMENT
    from paved.evidence.tools import tool_versions
    from paved.files import write_folder

    day = as_of_date(as_of)
    if day > as_of_date(None):
        raise Refused(
            f"{day} is still to come: evidence is of a day that was", hint="leave `--as-of` out for today"
        )
    given = read_approvals(approvals)
    sources = source_texts(folder, stack, day)
    evaluated = evaluated_plan(sources)
    checked_approvals(evaluated, given)
    files = bundle(evaluated, sources, given, tool_versions(), evidence_revision(folder, stack))
    if sign:
        region = json.loads(evaluated.config["paved:account"])["region"]
        files[SIGNATURE] = _signature(_kms_key(sign, region, profile), files[STATEMENT])
    write_folder(out, files, marker=MANIFEST)
    head = json.loads(files[MANIFEST])["head"]
    show(f"wrote {len(files)} files to {out}\nplan   {plan_sha256(evaluated.plan)}\nhead   {head}")
    hint(f"record the head where the bundle is not; `paved evidence verify {out} --head {head}` asks for it")
    return 0


def _signature(key: "KmsKey", statement: str) -> str:
    from paved.evidence.statement import signature_text, signed_bytes

    public, payload = key.public(), statement.encode()
    signature = key.sign(signed_bytes(payload))
    if not public.verifies(signature, signed_bytes(payload)):
        raise Refused("the signature that KMS answered is not by the key that it shows: nothing was written")
    return signature_text(payload, signature, public.sha256)


def _kms_key(given: str, region: str, profile: str | None) -> "KmsKey":
    from paved.evidence.keys import KmsKey, kms_key_id
    from paved.live_account import LiveAccount

    name, region = kms_key_id(given, region)
    return KmsKey(LiveAccount(profile).client("kms", region), name)


def _verify(
    folder: Path,
    head: str | None,
    key: Path | None,
    kms: str | None,
    tsa: Path | None,
    require: list[str],
    profile: str | None,
) -> int:
    from paved.evidence.sealed_folder import read_sealed
    from paved.evidence.verification import Trusted, verification
    from paved.evidence.view import next_step, verification_view

    required = _required(require)
    sealed = read_sealed(folder)
    asked = Trusted(
        today=as_of_date(None),
        head=head,
        key=_public_key(sealed, key, kms, profile),
        authority=tsa,
        required=required,
    )
    found = verification(sealed, asked)
    if found.problems:
        raise Refused(
            "\n".join(found.problems),
            hint="do not rely on this bundle: ask who keeps it for the one that was written",
        )
    show(verification_view(found))
    if step := next_step(found):
        hint(step)
    return 0


def _public_key(
    sealed: "SealedFolder", key: Path | None, kms: str | None, profile: str | None
) -> "PublicKey | None":
    from paved.evidence.keys import PublicKey

    if key and kms:
        raise BadInput("`--key` and `--kms` both name the key that signed it: give one of them")
    if key:
        return PublicKey.of_pem(key)
    return _kms_key(kms, sealed.region, profile).public() if kms else None


def _required(given: list[str]) -> "frozenset[Anchor]":
    from paved.evidence.verification import Anchor

    try:
        return frozenset(Anchor(each) for each in given)
    except ValueError as error:
        raise BadInput(f"`--require` takes {', '.join(Anchor)}: {error}") from None
