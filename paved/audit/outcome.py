"""The outcome of an audit: the differences, and how much was not compared and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from paved.aws.reading.facts import Difference, Unread

SCHEMA_VERSION = "1"
SAME, DIFFERENT, UNREAD = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Audit:
    """An account beside the plan of one stack.

    `values` counts the compared values, `unknown` those that only the account knows or nobody may see,
    `not_simulated` those that the simulator of a rehearsal lacks, by the lacking call or property. `not_covered`
    are types without a reader, with their number and the reason. `named_elsewhere` are resources that another
    stack alone can name. `known` counts what no plan has and somebody answers for. `runtime` counts the resources
    that the cluster's controllers made.
    """

    stack: str
    account: str
    region: str
    is_rehearsed: bool
    planned: int
    compared: int
    values: int
    unknown: int
    differences: tuple[Difference, ...]
    unread: tuple[Unread, ...]
    named_elsewhere: tuple[str, ...]
    not_simulated: Mapping[str, int]
    not_covered: Mapping[str, tuple[int, str]]
    kubernetes: int
    runtime: int
    known: int = 0

    @property
    def exit_code(self) -> int:
        """0 where all compared values are the same, 1 with differences, 2 where a call was not answered."""
        if self.differences:
            return DIFFERENT
        return UNREAD if self.unread else SAME

    def kinds(self) -> Mapping[str, int]:
        """The number of differences of each kind of drift."""
        return dict(sorted(Counter(difference.kind for difference in self.differences).items()))

    def as_json(self) -> dict[str, Any]:
        """The audit as JSON data."""
        not_covered = {
            type: {"resources": number, "reason": reason}
            for type, (number, reason) in self.not_covered.items()
        }
        return {
            "schema_version": SCHEMA_VERSION,
            "stack": self.stack,
            "account": self.account,
            "region": self.region,
            "rehearsed": self.is_rehearsed,
            "differences": [asdict(difference) for difference in self.differences],
            "drift": self.kinds(),
            "unreadable": [asdict(unread) for unread in self.unread],
            "coverage": {
                "resources_planned": self.planned,
                "resources_compared": self.compared,
                "values_compared": self.values,
                "values_unknown": self.unknown,
                "named_by_another_stack": list(self.named_elsewhere),
                "not_held_by_the_simulator": dict(self.not_simulated),
                "types_not_covered": not_covered,
                "kubernetes_objects": self.kubernetes,
                "made_at_runtime": self.runtime,
                "known": self.known,
            },
        }
