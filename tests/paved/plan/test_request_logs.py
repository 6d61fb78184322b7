"""What a plan says of an inference log."""

from decimal import Decimal

import pytest

from paved.plan.request_logs import kept_text, request_log_rows
from stacks.schema.request_log import RequestLogSpec

TOLD = {
    "bucket": "paved-ranking-dev-inference",
    "read_policy": "paved-read",
    "feedback": "http://log/feedback/",
}


@pytest.mark.parametrize(
    ("log", "text"),
    [
        (RequestLogSpec(), "100 % of requests and answers; nothing taken out"),
        (
            RequestLogSpec(sample_percent=Decimal("0.50"), redact=("email",), mask=("iban", "card")),
            "0.5 % of requests and answers; without email; iban, card masked in texts",
        ),
    ],
)
def test_the_part_that_is_kept_is_said_in_half_a_line(log, text):
    assert kept_text(log) == text


def test_a_plan_tells_of_whom_for_how_long_and_who_reads(planner):
    stack = planner.config("ranking-dev").stack
    rows = dict(request_log_rows(stack, TOLD))
    assert rows["kept"] == "30 days, as internal data of dev, in paved-ranking-dev-inference"
    assert set(rows) == {"click-ranker", "kept", "read", "feedback"}


def test_a_stack_without_a_log_tells_nothing(planner):
    for name in ("vision-prod", "platform-prod"):
        assert list(request_log_rows(planner.config(name).stack, None)) == []
