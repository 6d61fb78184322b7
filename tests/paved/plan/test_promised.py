"""What a plan says of objectives and of monitors."""

from paved.plan.promised import monitor_rows, promise_rows


def test_each_endpoint_has_all_of_its_objectives(planner):
    rows = dict(promise_rows("vision-prod", planner.config("vision-prod").stack))
    assert rows == {"defect-detector": "availability 99.9 %, probe 99.9 %; tier 1"}


def test_monitors_are_told_with_their_time_and_pool(planner):
    [(endpoint, text)] = monitor_rows(planner.config("ranking-dev").stack)
    assert endpoint == "click-ranker"
    assert text.startswith("at 0 5 * * * America/New_York, on batch: inputs (data-drift), ")


def test_a_stack_without_endpoints_promises_nothing(planner):
    for name in ("foundation-prod", "platform-prod"):
        stack = planner.config(name).stack
        assert [*promise_rows(name, stack), *monitor_rows(stack)] == []
