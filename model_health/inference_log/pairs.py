"""Requests that wait for their answers, within bounds of age and of memory."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from model_health.inference_log.events import Event

LONGEST_WAIT = timedelta(minutes=10)
"""Longer than a load balancer or a client waits. A request whose answer failed has none: agents tell of 200 alone."""

MOST_WAITING_BYTES = 32 * 2**20
HALF_BYTES = 1024
"""Of memory that a half takes beside its body: those of an endpoint that fails are empty, and many."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A request with its answer; either may be missing."""

    request: Event | None = None
    response: Event | None = None

    @property
    def halves(self) -> list[Event]:
        """The halves that are there, the request first."""
        return [each for each in (self.request, self.response) if each]

    @property
    def latency_ms(self) -> float | None:
        """The milliseconds from the request's coming to its whole answer, by the one clock of its agent."""
        if self.request is None or self.response is None:
            return None
        return round((self.response.time - self.request.time).total_seconds() * 1000, 3)


class Pairs:
    """Halves by endpoint and request, the oldest first. An agent's five workers send in no certain order."""

    def __init__(self, most_bytes: int = MOST_WAITING_BYTES) -> None:
        self._waiting: OrderedDict[tuple[str, str], tuple[datetime, Event]] = OrderedDict()
        self._bytes, self._most_bytes = 0, most_bytes

    def add(self, event: Event, now: datetime) -> list[Pair]:
        """The pair that is whole now, and halves that wait no longer.

        A half that comes twice is of two requests, whose caller gave them one id: the first is given up, so that
        nobody takes out of the log what was asked by asking something else.
        """
        key = (event.endpoint, event.request)
        _, other = self._waiting.pop(key, (now, None))
        if other:
            self._bytes -= size(other)
            if other.half != event.half:
                return [pair_of(event, other)]
        self._waiting[key] = (now, event)
        self._bytes += size(event)
        return [*([pair_of(other)] if other else []), *self.given_up(now)]

    def given_up(self, now: datetime) -> Iterator[Pair]:
        """Halves that have waited too long, and the oldest of more than the memory holds."""
        while self._waiting:
            key, (since, event) = next(iter(self._waiting.items()))
            if now - since < LONGEST_WAIT and self._bytes <= self._most_bytes:
                return
            del self._waiting[key]
            self._bytes -= size(event)
            yield pair_of(event)

    def all(self) -> Iterator[Pair]:
        """Everything that waits, at the end of the collector."""
        for _, event in self._waiting.values():
            yield pair_of(event)
        self._waiting.clear()
        self._bytes = 0


def pair_of(*events: Event) -> Pair:
    """Halves of one request as a pair."""
    halves = {each.half: each for each in events}
    return Pair(request=halves.get("request"), response=halves.get("response"))


def size(event: Event) -> int:
    """Bytes of memory that a half takes."""
    return HALF_BYTES + len(event.body) + len(event.version or "")
