"""A row follows another one when each pin that differs has one record, which says what to do."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from reference.releases import parse_releases, releases
from reference.transitions import changed_pins, pins, transition_problems
from tests.reference.following_row import BEFORE, PINS, following, record

TABLE = """
["2026.11"]
as_of = 2026-08-31
kubernetes = "1.35"
standard_support_ends = 2027-03-27
extended_support_ends = 2028-03-27
ami_alias = "al2023@v20260714"
addons = ["coredns"]
source = "an example"
charts = {keda = "2.20.2"}
images = {}
tools = {}

["2027.02"]
as_of = 2027-02-10
kubernetes = "1.35"
standard_support_ends = 2027-03-27
extended_support_ends = 2028-03-27
ami_alias = "al2023@v20260714"
addons = ["coredns", "vpc-cni"]
source = "an example"
charts = {keda = "2.21.0"}
images = {}
tools = {}

[["2027.02".transitions]]
pin = "addons.vpc-cni"
after = "present"
verdict = "safe"
source = "an example"
read_on = 2027-02-09

[["2027.02".transitions]]
pin = "charts.keda"
before = "2.20.2"
after = "2.21.0"
verdict = "manual"
before_up = ["pause the triggers"]
after_up = ["start them again"]
source = "an example"
read_on = 2027-02-09
"""


def problems(*records, **fields):
    return transition_problems(BEFORE, following(*records, **fields))


def test_a_row_records_every_pin_that_differs_from_the_row_before():
    for before, after in pairwise(releases()):
        assert transition_problems(before, after) == [], after.name


def test_the_oldest_row_follows_none():
    assert releases()[0].transitions == ()


def test_a_row_with_a_record_for_each_pin_follows():
    assert {*changed_pins(BEFORE, following())} == {*PINS}
    assert problems() == []


def test_a_row_is_read_with_its_transitions_in_order():
    before, after = parse_releases(TABLE).values()
    assert [each.pin for each in after.transitions] == ["addons.vpc-cni", "charts.keda"]
    assert after.transitions[1].before_up == ("pause the triggers",)
    assert transition_problems(before, after) == []


@pytest.mark.parametrize("pin", [*PINS])
def test_a_pin_without_a_record_is_refused(pin):
    kept = tuple(each for each in following().transitions if each.pin != pin)
    [problem] = problems(transitions=kept)
    assert problem.startswith(f"`{pin}` changes from {PINS[pin][0]} to {PINS[pin][1]}, and no transition")


@pytest.mark.parametrize("path", [each for each in pins(BEFORE) if "." in each])
def test_a_pin_that_goes_needs_a_record_too(path):
    group, _, name = path.partition(".")
    found = getattr(following(), group)
    left = [each for each in found if each != name]
    less = tuple(left) if group == "addons" else {each: found[each] for each in left}
    wanted = f"`{path}` changes from {pins(BEFORE)[path]} to none, and no transition records it"
    assert wanted in problems(transitions=(), **{group: less})


def test_an_image_with_another_digest_is_a_pin_that_differs():
    image = replace(BEFORE.images["tritonserver"], digest="sha256:" + "0" * 64)
    [problem] = problems(images={**BEFORE.images, "tritonserver": image})
    assert problem.startswith("`images.tritonserver` changes from nvcr.io/")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (record("charts.karpenter"), "`charts.karpenter` has a transition, and does not change"),
        (record("charts.keda", after="2.22.0"), "changes from 2.20.2 to 2.21.0, and its transition says"),
        (record("charts.keda", verdict="manual"), "`charts.keda` is `manual`, and has no steps"),
        (record("charts.keda", verdict="manual", after_up=(" ",)), "has no steps, or an empty one"),
        (record("charts.keda", verdict="blocked"), "`charts.keda` is `blocked`, and has no reason"),
        (record("charts.keda", after_up=("look",)), "`charts.keda` is `safe`, and has steps"),
        (record("charts.keda", reason="because"), "`charts.keda` is `safe`, and has a reason"),
        (record("charts.keda", verdict="fine"), "`charts.keda` must be safe, manual, blocked, got fine"),
        (record("charts.keda", source=""), "`charts.keda` has a transition without a source"),
        (record("charts.keda", read_on=date(2027, 3, 1)), "was read on 2027-03-01, after the row's day"),
        (record("kubernetes", verdict="safe", after_up=()), "`kubernetes` is `safe`, and no stack moves"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(change, says):
    [problem] = problems(change)
    assert says in problem


def test_two_records_of_one_pin_are_refused():
    rows = following()
    assert problems(transitions=(*rows.transitions, record("charts.keda"))) == [
        "`charts.keda` has 2 transitions"
    ]


@pytest.mark.parametrize(
    ("kubernetes", "says"),
    [
        ("1.37", "`kubernetes` goes from 1.35 to 1.37; EKS moves one minor version at a time"),
        ("2.0", "`kubernetes` goes from 1.35 to 2.0; EKS moves one minor version at a time"),
        ("1.34", "`kubernetes` goes back from 1.35 to 1.34"),
    ],
)
def test_kubernetes_goes_up_by_one_minor_version(kubernetes, says):
    assert problems(record("kubernetes", after=kubernetes), kubernetes=kubernetes) == [says]


def test_an_image_of_nodes_does_not_go_back():
    older = "al2023@v20260101"
    assert problems(record("ami_alias", after=older), ami_alias=older) == [
        "`ami_alias` goes back from al2023@v20260714 to al2023@v20260101"
    ]


def test_a_row_is_not_older_than_the_row_before():
    old = date(2026, 1, 1)
    records = [replace(each, read_on=old) for each in following().transitions]
    assert problems(*records, as_of=old) == ["`as_of` goes back from 2026-08-31 to 2026-01-01"]


def test_a_chart_that_goes_back_is_not_safe():
    charts = {**following().charts, "keda": "2.9.0"}
    back = record("charts.keda", after="2.9.0")
    assert problems(back, charts=charts) == ["`charts.keda` is `safe`, and goes back from 2.20.2 to 2.9.0"]
    by_hand = record("charts.keda", after="2.9.0", verdict="manual", before_up=("delete the triggers",))
    assert problems(by_hand, charts=charts) == []


def test_what_is_taken_away_is_not_safe():
    addons = tuple(name for name in BEFORE.addons if name != "metrics-server")
    gone = record("addons.metrics-server", before="present", after=None)
    [problem] = problems(gone, addons=addons)
    assert problem.startswith("`addons.metrics-server` is `safe`, and what is taken away")
