"""The texts in a resource's properties that may name a place of AWS, wherever they stand."""

from typing import Any, NamedTuple

from reference.vocabulary import UNKNOWN

STATEMENTS = '"Statement"'
BUCKET_KEYS = ("targetBucket", "s3BucketName", "bucketName", "logBucketName")
"""Keys by which a resource names another's bucket, to write there."""
PLACE_KEYS = frozenset({*BUCKET_KEYS, "upstreamRegistryUrl"})
"""Keys whose texts name a place although they look like any other."""
HOLDERS = (dict, list, tuple)
Way = tuple[Any, ...]
"""The way to a value: the way to what holds it, and its key or index there."""


class PropertyText(NamedTuple):
    """One text, or one value that is not known, and the key that it stands under."""

    raw: Any
    key: str
    way: Way

    @property
    def path(self) -> str:
        """The path of the value, as `rules[0].region`."""
        parts: list[str] = []
        way = self.way
        while way:
            way, step = way
            parts.append(f"[{step}]" if isinstance(step, int) else f".{step}")
        return "".join(reversed(parts)).lstrip(".")


def leaves(raw: Any, key: str = "") -> list[PropertyText]:
    """Each unknown below a value, which stands under `key`, and each text that may name a place of AWS.

    Policy documents are left out.
    """
    found: list[PropertyText] = []
    if isinstance(raw, HOLDERS):
        _collect(raw, key, ((), key) if key else (), found)
    elif raw is UNKNOWN or (isinstance(raw, str) and _may_name(raw, key)):
        found.append(PropertyText(raw, key, ((), key) if key else ()))
    return found


def _collect(raw: Any, key: str, way: Way, found: list[PropertyText]) -> None:
    # Into one list: a chain of generators costs more than the rest of the rule that reads every text of a plan.
    if isinstance(raw, dict):
        if "Statement" not in raw:
            for name, item in raw.items():
                # Most texts name nothing: they are passed over without a call, and the way to them is not worked out.
                if item.__class__ is not str or ":" in item or item[-1:].isdigit() or name in PLACE_KEYS:
                    _add(item, name, name, way, found)
    else:
        for index, item in enumerate(raw):
            _add(item, key, index, way, found)


def _add(item: Any, key: str, step: Any, way: Way, found: list[PropertyText]) -> None:
    if item.__class__ is str:
        if _may_name(item, key):
            found.append(PropertyText(item, key, (way, step)))
    elif isinstance(item, HOLDERS):
        _collect(item, key, (way, step), found)
    elif item is UNKNOWN:
        found.append(PropertyText(item, key, (way, step)))


def _may_name(text: str, key: str) -> bool:
    """Whether a text may name a region, an account or a resource of AWS: ARNs and addresses have a colon, the others
    end in a digit."""
    return (":" in text or text[-1:].isdigit() or key in PLACE_KEYS) and STATEMENTS not in text
