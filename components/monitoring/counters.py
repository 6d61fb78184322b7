"""Counters and gauges of model servers, as PromQL selects them."""

from dataclasses import dataclass

INFERENCE = 'path=~"/v2/models/.+/(infer|infer_stream|generate|generate_stream)"'
"""Matches the requests of MLServer that a model answers."""


@dataclass(frozen=True, kw_only=True)
class Selector:
    """A counter or a gauge of a model server, narrowed by label matchers."""

    metric: str
    matchers: tuple[str, ...] = ()

    def rate(self, job: str, window: str) -> str:
        """The rate of the counter over all pods of a scrape job. Empty where there is no such series yet."""
        return f"sum(rate({self._of(job)}[{window}]))"

    def mean(self, job: str, window: str) -> str:
        """The mean of the gauge in a window, added up over all pods of a scrape job."""
        return f"sum(avg_over_time({self._of(job)}[{window}]))"

    def _of(self, job: str) -> str:
        matchers = ", ".join([f'job="{job}"', *self.matchers])
        return f"{self.metric}{{{matchers}}}"
