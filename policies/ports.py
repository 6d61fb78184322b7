"""Arithmetic of ports: the ranges that several rules open together, by protocol."""

from collections.abc import Iterable
from dataclasses import dataclass

LAST = 65535
TRANSPORTS = ("tcp", "udp", "sctp")
"""The protocols that have ports."""


@dataclass(frozen=True, order=True)
class PortRange:
    """Ports of one protocol, the first and the last with them."""

    protocol: str
    first: int
    last: int

    def holds(self, protocol: str, port: int) -> bool:
        """Whether a port of a protocol is among them."""
        return self.protocol == protocol and self.first <= port <= self.last

    def __str__(self) -> str:
        """The ports as a person names them."""
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.protocol} {ports}"


EVERY_PORT = tuple(PortRange(protocol, 0, LAST) for protocol in TRANSPORTS)


def merged(ranges: Iterable[PortRange]) -> list[PortRange]:
    """The fewest ranges that hold the same ports."""
    found: list[PortRange] = []
    for each in sorted(ranges):
        before = found[-1] if found else None
        if before and before.protocol == each.protocol and each.first <= before.last + 1:
            found[-1] = PortRange(each.protocol, before.first, max(before.last, each.last))
        else:
            found.append(each)
    return found


def most_of_one_protocol(ranges: Iterable[PortRange]) -> int:
    """The number of ports that ranges hold together, of the protocol of which they hold most."""
    counts = dict.fromkeys(TRANSPORTS, 0)
    for each in merged(ranges):
        # A range in pieces is the range: 0-32767 and 32768-65535 pass whoever looks at one rule.
        counts[each.protocol] = counts.get(each.protocol, 0) + each.last - each.first + 1
    return max(counts.values())
