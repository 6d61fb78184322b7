"""Counters of model servers, as PromQL selects them."""

from dataclasses import dataclass

INFERENCE = 'path=~"/v2/models/.+/(infer|infer_stream|generate|generate_stream)"'
"""Matches the requests of MLServer that a model answers."""


@dataclass(frozen=True, kw_only=True)
class Selector:
    """A counter of a model server, narrowed by label matchers."""

    metric: str
    matchers: tuple[str, ...] = ()

    def rate(self, job: str, window: str) -> str:
        """The rate of the counter over all pods of a scrape job. Empty where there is no such series yet."""
        matchers = ", ".join([f'job="{job}"', *self.matchers])
        return f"sum(rate({self.metric}{{{matchers}}}[{window}]))"
