"""Rows of a plan on an inference log: of whom, without what, for how long, and who reads it."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.plan.notes import known
from stacks.schema import Stack, Team
from stacks.schema.request_log import RequestLogSpec, request_log_days


def request_log_rows(stack: Stack, told: Any) -> Iterator[tuple[str, str]]:
    """The rows of a stack's inference log; none without one. `told` is the output of that name."""
    if not isinstance(stack, Team) or not stack.serving or not isinstance(told, Mapping):
        return
    for endpoint in stack.serving.endpoints:
        if endpoint.log:
            yield endpoint.name, kept_text(endpoint.log)
    days = request_log_days(stack.environment, stack.data_class)
    yield (
        "kept",
        f"{days} days, as {stack.data_class} data of {stack.environment}, in {known(told['bucket'])}",
    )
    yield "read", f"by monitors, and by people to whose roles you attach {known(told['read_policy'])}"
    yield (
        "feedback",
        f"POST {known(told['feedback'])}ENDPOINT, with the request's header `Ce-Id` as `request_id`",
    )


def kept_text(log: RequestLogSpec) -> str:
    """The part of an endpoint's requests that is kept."""
    parts = [f"{log.sample_percent.normalize():f} % of requests and answers"]
    if log.redact:
        parts.append(f"without {', '.join(log.redact)}")
    if log.mask:
        parts.append(f"{', '.join(log.mask)} masked in texts")
    if not log.redact and not log.mask:
        parts.append("nothing taken out")
    return "; ".join(parts)
