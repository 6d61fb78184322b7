"""Requests that wait for their answers, within bounds of age and of memory."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from model_health.inference_log.events import Event

LONGEST_WAIT = timedelta(minutes=10)
"""Longer than a load balancer or a client waits. A request whose answer failed has none: agents tell of 200 alone."""

MOST_WAITING_BYTES = 64 * 2**20


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
    def size(self) -> int:
        """Bytes of its bodies."""
        return sum(len(each.body) for each in self.halves)

    @property
    def latency_ms(self) -> float | None:
        """The milliseconds from the request's coming to its whole answer, by the one clock of its agent."""
        if self.request is None or self.response is None:
            return None
        return round((self.response.time - self.request.time).total_seconds() * 1000, 3)


class Pairs:
    """Halves by endpoint and request, the oldest first. An agent's five workers send in no certain order."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[str, str], tuple[datetime, Pair]] = OrderedDict()
        self._bytes = 0

    def add(self, event: Event, now: datetime) -> Pair | None:
        """The whole pair, if its other half is there; else it waits. A half that comes twice replaces itself."""
        key = (event.endpoint, event.request)
        since, found = self._waiting.pop(key, (now, Pair()))
        self._bytes -= found.size
        pair = (
            Pair(request=event, response=found.response)
            if event.half == "request"
            else Pair(request=found.request, response=event)
        )
        if len(pair.halves) == 2:
            return pair
        self._waiting[key] = (since, pair)
        self._bytes += pair.size
        return None

    def given_up(self, now: datetime, most_bytes: int = MOST_WAITING_BYTES) -> Iterator[Pair]:
        """Halves that have waited too long, and the oldest of more than the memory holds."""
        while self._waiting:
            key, (since, pair) = next(iter(self._waiting.items()))
            if now - since < LONGEST_WAIT and self._bytes <= most_bytes:
                return
            del self._waiting[key]
            self._bytes -= pair.size
            yield pair

    def all(self) -> Iterator[Pair]:
        """Everything that waits, at the end of the collector."""
        for _, pair in self._waiting.values():
            yield pair
        self._waiting.clear()
        self._bytes = 0
