"""A chain of digests over files: whoever changes, drops, adds or reorders one breaks it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MANIFEST = "evidence.json"
"""The file of a bundle that holds the chain, and by which a folder is known to be a bundle."""
SCHEMA_VERSION = "2"
START = "0" * 64


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """One file of a bundle. `link` is the SHA-256 of the link before, the file's name and its digest."""

    file: str
    sha256: str
    link: str


def canonical(data: Any) -> str:
    """JSON that is the same bytes for the same data: sorted keys, ASCII, a line feed at the end.

    Raises ValueError for a number that JSON does not have.
    """
    # ASCII and sorted: the bytes depend on no locale, hash seed or order of a mapping.
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n"


def chain_links(files: Mapping[str, str]) -> list[ChainLink]:
    """The chain over files, in the order given."""
    links: list[ChainLink] = []
    before = START
    for name, text in files.items():
        digest = sha256(text.encode())
        before = _link(before, name, digest)
        links.append(ChainLink(file=name, sha256=digest, link=before))
    return links


def manifest(kind: str, stack: str, links: Sequence[ChainLink]) -> str:
    """The manifest of a bundle. Its `head` stands for every file in it, and `kind` says which files those are."""
    return canonical(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": kind,
            "stack": stack,
            "head": links[-1].link if links else START,
            "files": [vars(link) for link in links],
        }
    )


def chain_problems(manifest: Mapping[str, Any], found: Mapping[str, bytes]) -> Iterator[str]:
    """The problems of a bundle, none where it is whole. `found` are the files beside its manifest."""
    before = START
    listed = manifest["files"]
    for each in listed:
        name, digest = each["file"], each["sha256"]
        if name not in found:
            yield f"`{name}` is missing"
        elif (actual := sha256(found[name])) != digest:
            yield f"`{name}` was changed: its SHA-256 is {actual[:12]}…, the bundle was closed over {digest[:12]}…"
        before = _link(before, name, digest)
        # Whoever fits the digest of a file to a change would have to fit every link after it, and the head.
        if each["link"] != before:
            yield f"the chain breaks at `{name}`: the manifest was changed"
            return
    if manifest["head"] != before:
        yield "the chain does not end in the manifest's `head`: the manifest was changed"
    for name in sorted(found.keys() - {each["file"] for each in listed}):
        yield f"`{name}` is not in the manifest"


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _link(before: str, name: str, digest: str) -> str:
    return sha256(f"{before}\n{name}\n{digest}\n".encode())
