"""The collector: events and feedback come in, lines go out."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from threading import Lock
from typing import Any

from model_health.inference_log.bodies import UnreadableBody, read_body
from model_health.inference_log.counters import Counters
from model_health.inference_log.events import LONGEST_ID, BadEvent, Event, event_of
from model_health.inference_log.pairs import Pair, Pairs
from model_health.inference_log.redaction import Redaction
from model_health.inference_log.settings import LogSettings
from model_health.inference_log.store import Store

LINES_FOLDER, FEEDBACK_FOLDER = "log", "feedback"
SHARES = 10_000
UNPLACED = ("bad_event", "too_large", "unknown_endpoint")
"""The reasons to drop what came for no endpoint that is known."""
LONGEST_COMMENT = 4_000
"""Characters of what a person writes about an answer, or of a label."""
MOST_LINE_BYTES = 8 * 2**20
"""Monitors read no file with a line of more than 16 MiB, and numbers may be longer than they came."""


class UnknownEndpoint(LookupError):
    """No endpoint of this name has a log here."""


class BadFeedback(ValueError):
    """Feedback that joins nothing. Its text is what a caller has to mend."""


class StoreFull(Exception):
    """S3 has taken nothing for so long that there is no room."""


class Collector:
    """Pairs, redacts and stores. Safe for several threads."""

    def __init__(
        self, settings: LogSettings, store: Store, counters: Counters, clock: Callable[[], datetime]
    ):
        self._settings, self._store, self._counters, self._clock = settings, store, counters, clock
        self._pairs, self._lock = Pairs(), Lock()
        self._reading = Lock()  # a body that is read takes fifty times its bytes
        self._redactions = {
            name: Redaction(names=frozenset(each.lower() for each in kept.redact), masks=kept.mask)
            for name, kept in settings.endpoints.items()
        }
        for endpoint in settings.endpoints:
            for reason in ("store_full", "too_large"):
                counters.start("dropped", endpoint=endpoint, reason=reason)
            counters.start("received", endpoint=endpoint)
        for reason in UNPLACED:
            counters.start("dropped", endpoint="", reason=reason)

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take an event of an agent. What is of no known endpoint is counted and forgotten."""
        try:
            event = event_of(headers, body)
        except BadEvent:
            self._counters.add("dropped", endpoint="", reason="bad_event")
            return
        if event.endpoint not in self._settings.endpoints:
            self._counters.add("dropped", endpoint="", reason="unknown_endpoint")
            return
        self._counters.add("received", endpoint=event.endpoint)
        if not sampled(event.request, self._settings.endpoints[event.endpoint].sample_percent):
            self._counters.add("sampled_out", endpoint=event.endpoint)
            return
        with self._lock:
            pairs = self._pairs.add(event, self._clock())
        for pair in pairs:
            self._keep(pair)

    def take_feedback(self, endpoint: str, found: Any) -> None:
        """Take what is said of one request. Raises UnknownEndpoint, BadFeedback or StoreFull."""
        if endpoint not in self._settings.endpoints:
            raise UnknownEndpoint(endpoint)
        now = self._clock()
        row = {**feedback_of(found), "time": now.isoformat(timespec="milliseconds")}
        for name in ("comment", "label"):
            if isinstance(row.get(name), str):
                row[name] = self._redactions[endpoint].masked(row[name])
        line = text_line(row)
        if not self._store.add(f"{FEEDBACK_FOLDER}/{endpoint}", line, now):
            raise StoreFull
        self._counters.add("feedback", endpoint=endpoint)

    def flush(self) -> bool:
        """Give up what has waited too long, and write. Returns whether S3 took everything."""
        with self._lock:
            late = list(self._pairs.given_up(self._clock()))
        return self._flushed(late)

    def close(self) -> bool:
        """Write everything there is, as at the end of a pod. Returns whether S3 took everything."""
        with self._lock:
            waiting = list(self._pairs.all())
        return self._flushed(waiting)

    def _flushed(self, halves: list[Pair]) -> bool:
        for each in halves:
            self._keep(each)
        return self._store.flush()

    def _keep(self, pair: Pair) -> None:
        first = pair.halves[0]
        if pair.request and not pair.request.body:  # whoever asks whether a model is ready asks nothing of it
            self._counters.add("empty", endpoint=first.endpoint)
            return
        if len(pair.halves) == 1:
            self._counters.add("unpaired", endpoint=first.endpoint)
        with self._reading:
            line = self._line(pair)
        if len(line) > MOST_LINE_BYTES:
            self._counters.add("dropped", endpoint=first.endpoint, reason="too_large")
        elif not self._store.add(f"{LINES_FOLDER}/{first.endpoint}", line, first.time):
            self._counters.add("dropped", endpoint=first.endpoint, reason="store_full")

    def _line(self, pair: Pair) -> bytes:
        first = pair.halves[0]
        return text_line(
            {
                "request_id": first.request,
                "time": first.time.isoformat(timespec="milliseconds"),
                "inputs": self._body(pair.request),
                "outputs": self._body(pair.response),
                "latency_ms": pair.latency_ms,
                "model_version": first.version,
            }
        )

    def _body(self, event: Event | None) -> Any:
        if event is None or not event.body:
            return None
        try:
            return finite(self._redactions[event.endpoint].applied(read_body(event.body)))
        except (UnreadableBody, RecursionError):  # what cannot be read cannot be redacted
            self._counters.add("unreadable", endpoint=event.endpoint)
            return None


def sampled(request: str, percent: float) -> bool:
    """Whether a request is of the sample: both halves of it, whichever collector they reach, or neither."""
    share = int.from_bytes(blake2b(request.encode(), digest_size=8).digest()) % SHARES
    return share < round(percent * SHARES / 100)


def feedback_of(found: Any) -> dict[str, Any]:
    """The row of one feedback. Raises BadFeedback."""
    if not isinstance(found, dict):
        raise BadFeedback('it must be an object such as {"request_id": "…", "label": 1}')
    if strange := sorted(set(found) - {"request_id", "label", "comment"}):
        raise BadFeedback(
            f"it has no {', '.join(map(str, strange))}: request_id, label and comment are known"
        )
    request, label, comment = (found.get(name) for name in ("request_id", "label", "comment"))
    if not isinstance(request, str) or not 0 < len(request) <= LONGEST_ID:
        raise BadFeedback(
            f"`request_id` must be 1 to {LONGEST_ID} characters, the header `Ce-Id` of the request"
        )
    if isinstance(label, dict | list) or label != finite(label) or (label is None and comment is None):
        raise BadFeedback("`label` must be a number, a text, true or false")
    if isinstance(label, str) and len(label) > LONGEST_COMMENT:
        raise BadFeedback(f"`label` must be a text of at most {LONGEST_COMMENT} characters")
    if comment is not None and (not isinstance(comment, str) or len(comment) > LONGEST_COMMENT):
        raise BadFeedback(f"`comment` must be a text of at most {LONGEST_COMMENT} characters")
    return {key: value for key, value in found.items() if value is not None}


def text_line(row: Mapping[str, Any]) -> bytes:
    """A line of JSON. Halves of a character, which JSON lets in and monitors cannot read, are each a `?`."""
    text = json.dumps(row, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return f"{text}\n".encode(errors="replace")


def finite(value: Any) -> Any:
    """A value whose numbers JSON has: Python reads NaN and Infinity, which are none."""
    if isinstance(value, dict):
        return {name: finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and value - value != 0 else value
