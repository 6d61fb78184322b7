"""Shared nodes are divided by what ran on them, where a file or the bill tells it."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from benchmarks.billing import COLUMNS
from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.billing.node_use import read_node_use
from paved.billing.report import ReportOptions, month_report
from paved.errors import BadInput

NOVEMBER = Month.read("2026-11")
CLOSED = date(2026, 12, 31)
OPENCOST = ("Date", "Namespace", "ControllerKind", "Pod", "CPUCost", "TotalCost")
SPLIT = (
    "line_item_usage_start_date",
    "line_item_resource_id",
    "split_line_item_split_cost",
    "split_line_item_unused_cost",
)
POD = "arn:aws:eks:us-east-1:111122223333:pod/platform-prod/{}/trainer-0/7f0c"


@pytest.fixture
def file(tmp_path):
    def written(columns, *rows):
        path = tmp_path / "use.csv"
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(columns)
            writer.writerows(rows)
        return path

    return written


def pods(namespace, cost, day="2026-11-02"):
    return (day, namespace, "Job", "trainer", "0.1", cost)


@pytest.fixture
def shared(owners):
    """The sample organisation, with ranking on the platform of vision too."""
    from dataclasses import replace

    stacks = []
    for each in owners.stacks:
        serves = ("ranking-dev", "vision-prod") if each.stack == "platform-prod" else each.serves
        stacks.append(replace(each, serves=serves))
    return type(owners)(stacks=tuple(stacks))


def shares(actuals, owners, use=None):
    month = month_report(NOVEMBER, CLOSED, actuals, owners, options=ReportOptions(node_use=use))
    assert month.showback.is_conserved
    return {share.owner.team: share.shared for share in month.showback.teams}, month.showback.rules


def test_opencost_tells_the_cost_of_pods_by_namespace(file):
    path = file(
        OPENCOST,
        pods("vision-prod", "1.5"),
        pods("vision-prod", "2E-1"),
        pods("kube-system", "9"),
        pods("a", "1", "2026-10-31"),
    )
    use = read_node_use(path, NOVEMBER)
    assert use.by_namespace == {"vision-prod": Decimal("1.7"), "kube-system": 9}
    assert use.source == "OpenCost (use.csv)"


def test_split_data_counts_what_a_pod_used_and_its_part_of_the_unused(file):
    path = file(
        SPLIT,
        ("2026-11-02T00:00:00Z", POD.format("vision-prod"), "1.00", "0.25"),
        ("2026-11-02T00:00:00Z", "i-0123", "", ""),
    )
    use = read_node_use(path, NOVEMBER)
    assert use.by_namespace == {"vision-prod": Decimal("1.25")}


def test_nodes_of_a_platform_go_by_use_and_all_else_by_own_cost(write, line, shared, file):
    node = line(team="platform", stack="platform-prod", cost="100.00", SkuMeter="BoxUsage:m7i.2xlarge")
    log = line(
        team="platform", stack="platform-prod", cost="8.00", SkuMeter="", ServiceName="AmazonCloudWatch"
    )
    actuals = read_focus(
        write(line(cost="30.00"), line(team="ranking", stack="ranking-dev", cost="10.00"), node, log),
        NOVEMBER,
        CLOSED,
    )
    by_cost, rules = shares(actuals, shared)
    assert (by_cost["vision"], by_cost["ranking"]) == (81, 27)
    assert any("for want of a file" in rule for rule in rules)
    use = read_node_use(
        file(OPENCOST, pods("vision-prod", "1"), pods("ranking-dev", "9"), pods("__idle__", "5")), NOVEMBER
    )
    by_use, rules = shares(actuals, shared, use)
    assert (by_use["vision"], by_use["ranking"]) == (10 + 6, 90 + 2)
    assert any("OpenCost (use.csv)" in rule for rule in rules)


def test_a_file_that_tells_of_none_of_the_teams_changes_nothing(write, line, shared, file):
    node = line(team="platform", stack="platform-prod", cost="4.00", SkuMeter="BoxUsage:m7i.2xlarge")
    actuals = read_focus(write(line(), node), NOVEMBER, CLOSED)
    use = read_node_use(file(OPENCOST, pods("kube-system", "1")), NOVEMBER)
    assert shares(actuals, shared, use)[0] == shares(actuals, shared)[0]


@pytest.mark.parametrize("tags", ['{"aws:eks:namespace": "vision-prod"}', '{"user:team": "vision"}'])
def test_a_charge_that_the_provider_allocated_is_of_the_team_it_went_to(write, line, owners, tags):
    """FOCUS 1.3: a part of a charge, with the tags of what it was allocated to."""
    columns = (*COLUMNS, "AllocatedMethodId", "AllocatedTags")
    part = {
        "AllocatedMethodId": "eks-split",
        "AllocatedTags": tags,
        "team": "platform",
        "stack": "platform-prod",
    }
    other = {"AllocatedMethodId": "eks-split", "AllocatedTags": '{"aws:eks:namespace": "kube-system"}'}
    lines = (line(**part), line(team="platform", stack="platform-prod", cost="3.00", **other))
    month = month_report(
        NOVEMBER, CLOSED, read_focus(write(*lines, columns=columns), NOVEMBER, CLOSED), owners
    )
    amounts = {key.owner.stack or key.owner.team: amount for key, amount in month.amounts.items()}
    assert amounts == {"vision-prod": 1, "platform-prod": 3}


@pytest.mark.parametrize(
    ("columns", "row", "says"),
    [
        (
            OPENCOST,
            pods("vision-prod", "lots"),
            "row 2 below the header: `TotalCost` must be a plain number from 0, got `lots`",
        ),
        (OPENCOST, pods("vision-prod", "-1"), "row 2 below the header: `TotalCost` must be a plain number"),
        (OPENCOST, pods("vision-prod", "NaN"), "row 2 below the header: `TotalCost` must be a plain number"),
        (
            OPENCOST,
            pods("vision-prod", "1", "2 November"),
            "row 2 below the header: `Date` must be a day as YYYY-MM-DD",
        ),
        (SPLIT, ("2026-11-02", POD, "1", "x"), "row 2 below the header: `split_line_item_unused_cost` must"),
    ],
)
def test_a_value_that_is_no_cost_is_refused_with_its_row(file, columns, row, says):
    first = pods("a", "1") if columns == OPENCOST else ("2026-11-02", POD, "1", "1")
    with pytest.raises(BadInput) as refused:
        read_node_use(file(columns, first, row), NOVEMBER)
    assert says in str(refused.value)


def test_a_file_of_another_form_or_month_is_refused(file):
    with pytest.raises(
        BadInput, match="tells of no use: it needs the columns `Date`, `Namespace`, `TotalCost`; or"
    ):
        read_node_use(file(("a", "b"), ("1", "2")), NOVEMBER)
    with pytest.raises(BadInput, match="tells of no use in 2026-11"):
        read_node_use(file(OPENCOST, pods("a", "1", "2026-10-01")), NOVEMBER)
