"""Events of KServe's agent, of a request and of its answer: CloudEvents in HTTP's binary mode.

Source: kserve/kserve v0.20.0 pkg/logger/worker.go and handler.go.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote

TYPES: Mapping[str, Literal["request", "response"]] = {
    "org.kubeflow.serving.inference.request": "request",
    "org.kubeflow.serving.inference.response": "response",
}

VERSION_ANNOTATION = "paved.dev/model-version"
"""The annotation of an endpoint's pods that the agent passes on: a rollout has pods of two versions."""

LONGEST_ID = 200
"""Characters. A caller chooses it, in the header `Ce-Id`."""


class BadEvent(ValueError):
    """A call that is no event of an agent. Its text is the reason, without anything of the body."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One half of a request. `time` is when the request came, or when its answer was whole."""

    request: str
    half: Literal["request", "response"]
    endpoint: str
    time: datetime
    version: str | None
    body: bytes


def event_of(headers: Mapping[str, str], body: bytes) -> Event:
    """The event of a call. Raises BadEvent."""
    found = {name.lower(): unquote(value) for name, value in headers.items()}
    half = TYPES.get(found.get("ce-type", ""))
    if half is None:
        raise BadEvent("ce-type is none of KServe's")
    request = found.get("ce-id", "")
    if not 0 < len(request) <= LONGEST_ID or not request.isprintable():
        raise BadEvent(f"ce-id is not of 1 to {LONGEST_ID} printable characters")
    return Event(
        request=request,
        half=half,
        endpoint=found.get("ce-inferenceservicename", ""),
        time=time_of(found.get("ce-time", "")),
        version=version_of(found.get("ce-annotations")),
        body=body,
    )


def time_of(text: str) -> datetime:
    """A time of RFC 3339, as Go writes it: with up to nine digits of a second. Raises BadEvent."""
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise BadEvent("ce-time names no zone")
        return found.astimezone(UTC)
    except BadEvent:
        raise
    except (ValueError, OverflowError):  # a day before the first that there is, in another zone
        raise BadEvent("ce-time is no time") from None


def version_of(annotations: str | None) -> str | None:
    """The version of the model that answered, if the agent was told to pass it on."""
    try:
        found = json.loads(annotations or "{}")
    except ValueError:
        return None
    value = found.get(VERSION_ANNOTATION) if isinstance(found, dict) else None
    return value if isinstance(value, str) else None
