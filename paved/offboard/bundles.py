"""Folders that prove themselves: what was there and how long it is kept, and what is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from paved.errors import PavedError
from paved.evidence.bundle import CONFIG, config_data, sealed
from paved.evidence.chain import MANIFEST, canonical
from paved.evidence.sealed_folder import read_sealed
from paved.files import write_folder
from paved.offboard.bill_view import bill_data, bill_page, bill_view
from paved.offboard.final_bill import FinalBill
from paved.offboard.holdings import Holdings
from paved.offboard.leftovers import Leftovers
from paved.offboard.retention import Kept
from stacks.reading.loader import StackFile

EXPORT, BILL = "export", "bill"
CONTENTS, RETENTION, BILL_DATA = "manifest.json", "retention.json", "bill.json"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One written folder. `data` are its JSON files by name; `problem` says why it proves nothing, None for none."""

    folder: Path
    data: Mapping[str, Any]
    problem: str | None = None


def export_files(
    file: StackFile, left: Leftovers, held: Holdings, kept: Sequence[Kept], as_of: date
) -> dict[str, str]:
    """The files of an export: the manifest, a listing of each bucket, the retention, and the stack's file as data."""
    contents = {
        "schema_version": "1",
        "stack": file.name,
        "account": file.stack.account.id,
        "region": file.stack.account.region,
        "as_of": as_of.isoformat(),
        "resources": list(left.every),
        **held.as_json(),
    }
    files = {CONTENTS: canonical(contents), RETENTION: canonical([asdict(each) for each in kept])}
    for bucket in held.buckets:
        if bucket.listing:
            files[f"objects-{bucket.name}.csv"] = bucket.listing
    return _sealed(EXPORT, file, as_of, files)


def bill_files(file: StackFile, bill: FinalBill) -> dict[str, str]:
    """The files of the bill: data, text and page."""
    files = {
        BILL_DATA: canonical(bill_data(bill)),
        "bill.txt": bill_view(bill) + "\n",
        "bill.html": bill_page(bill),
    }
    return _sealed(BILL, file, bill.as_of, files)


def write_bundle(out: Path, kind: str, files: Mapping[str, str]) -> None:
    """Write one bundle in place of an earlier one. Raises BadInput where the folder holds anything else."""
    write_folder(out / kind, files, marker=MANIFEST)


def read_bundle(out: Path, kind: str, stack: str) -> Bundle:
    """One bundle as it is on disk now, every digest checked."""
    folder = out / kind
    if not (folder / MANIFEST).is_file():
        return Bundle(folder=folder, data={}, problem="is not written yet")
    try:
        found = read_sealed(folder)
        names = [name for name in found.files if name.endswith(".json") and name != MANIFEST]
        data = {name: found.data(name) for name in names}
    except PavedError as error:
        return Bundle(folder=folder, data={}, problem=str(error))
    except (ValueError, RecursionError) as error:
        return Bundle(folder=folder, data={}, problem=f"it cannot be read: {error}")
    wrong = list(found.problems)
    if found.kind != kind:
        wrong.insert(0, f"it is of the kind {found.kind}")
    if found.stack != stack:
        wrong.insert(0, f"it is of `{found.stack}`")
    return Bundle(folder=folder, data=data, problem="; ".join(wrong) or None)


def _sealed(kind: str, file: StackFile, as_of: date, files: Mapping[str, str]) -> dict[str, str]:
    config = config_data(file.name, as_of, file.pulumi_config)
    return sealed(kind, file.name, {CONFIG: canonical(config), **files})
