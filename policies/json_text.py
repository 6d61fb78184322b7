"""Values that a resource takes as JSON text."""

import json

from policies.values import Undetermined, Value


def as_data(value: Value) -> Value:
    """The data in a value that may be the JSON text of it. Raises Undetermined where a text is no JSON."""
    if not isinstance(value.raw, str):
        return value
    try:
        return Value(json.loads(value.raw), value.path)
    except ValueError:
        raise Undetermined(f"{value.path}, which is not JSON") from None
