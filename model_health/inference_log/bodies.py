"""The body of a request or an answer, read: JSON, or what a language model streams."""

import json
import re
from typing import Any

STREAMED, STREAM_END = "data:", "[DONE]"
LINE_END = re.compile(r"\r\n|\r|\n")
"""Of server-sent events. Python has more, which are parts of a text here."""


class UnreadableBody(ValueError):
    """A body that is neither JSON nor a stream of it."""


def read_body(body: bytes) -> Any:
    """The value of a body. Raises UnreadableBody, and RecursionError for one that is nested too deeply."""
    try:
        text = body.decode()
        return streamed(text) if text.lstrip().startswith(STREAMED) else json.loads(text)
    except ValueError:
        raise UnreadableBody from None


def streamed(text: str) -> Any:
    """The whole answer of server-sent events in OpenAI's form. Raises ValueError for events that are no JSON."""
    events = [line[len(STREAMED) :].strip() for line in LINE_END.split(text) if line.startswith(STREAMED)]
    parts = [json.loads(each) for each in events if each != STREAM_END]
    said = "".join(text_of_part(each) for each in parts)
    return {"choices": [{"message": {"role": "assistant", "content": said}}]}


def text_of_part(part: Any) -> str:
    """The text that one event adds to the first choice."""
    choices = part.get("choices") if isinstance(part, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(first, dict) or first.get("index", 0) != 0:
        return ""
    delta = first.get("delta")
    found = delta.get("content") if isinstance(delta, dict) else first.get("text")
    return found if isinstance(found, str) else ""
