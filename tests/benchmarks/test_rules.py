"""The benchmark of rules measures the rules of as many endpoints as it is asked for, and adds up by interval."""

from benchmarks.rules import RECORDED, _families, _objectives, endpoint, summary
from components.monitoring.endpoint_rules import endpoint_groups


def test_every_counter_that_the_rules_read_is_backfilled():
    exprs = " ".join(rule["expr"] for group in endpoint_groups(endpoint(0)) for rule in group["rules"])
    for name, labels in _families(1).items():
        assert f"{name}{{" in exprs
        assert len(labels) == 2


def test_every_recorded_series_that_long_windows_read_is_backfilled():
    rules = [rule for group in endpoint_groups(endpoint(0)) for rule in group["rules"]]
    read = [rule["expr"] for rule in rules if "over_time(slo:" in rule["expr"]]
    assert all(any(name in expr for name in RECORDED) for expr in read) and read
    assert len(_objectives(1)) == 2


def test_groups_of_one_interval_are_added_up():
    groups = [
        {"interval": 30, "rules": [1, 2]},
        {"interval": 30, "rules": [1]},
        {"interval": 120, "rules": [1]},
    ]
    assert summary(groups, 2, 0.0517) == (
        "2 endpoints, 4 rules\nevery 30 s: 3 rules\nevery 120 s: 1 rules\n0.052 of one processor\n"
    )
