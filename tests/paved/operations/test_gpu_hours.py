"""GPU hours are found again by what came of them."""

from decimal import Decimal

import pytest

from paved.operations.goodput import GpuUse
from tests.paved.operations.world import (
    DAY,
    Gpus,
    steady,
)


@pytest.fixture
def gpus(folder):
    """A day of one node: a run that fails after ten hours, waits, begins again and ends, and then nothing."""
    made = Gpus()
    made.node("n1", 8, 1, DAY)
    made.pod(
        "try-1", "n1", 8, [("Pending", 1, 12), ("Running", 13, 132), ("Failed", 133, DAY)], job="finetune"
    )
    made.pod("try-2", "n1", 8, [("Running", 145, 180), ("Succeeded", 181, DAY)], job="finetune")
    made.measure("try-1", 13, 132, measured=8, busy=8)
    made.measure("try-2", 145, 180, measured=8, busy=6, throttled=2)
    return made


def test_gpu_hours_are_found_by_what_came_of_them(report, folder, gpus):
    gpus.write(folder)
    folder.export("queue_pending", ({"cluster_queue": "vision-prod"}, steady(8, 133, 144)))
    [row] = report().figures.gpus
    assert row.label == "vision"
    assert row.use == GpuUse(
        repeated=120 * 8,
        useful=36 * 4,
        throttled=36 * 2,
        idle=36 * 2,
        waited=12 * 8,
        unallocated=(12 + 108) * 8,
    )
    assert row.use.total == DAY * 8
    assert row.pending_hours == 8
    assert row.cost == Decimal("1320.96") == sum(row.costs.values())
    assert row.useful_hour == Decimal("110.08")
    assert report("vision").figures.gpus[0].label == "vision-prod/h100"


def test_a_checkpoint_bounds_what_was_repeated(report, folder, gpus):
    gpus.write(folder)
    folder.write("checkpoints.csv", "stack,minutes\nvision-prod,30\n")
    assert report().figures.gpus[0].use.repeated == 6 * 8


def test_a_part_that_was_not_exported_is_no_zero(report, folder, gpus):
    gpus.write(folder)
    (folder.path / "platform-prod" / "gpu_measured.json").unlink()
    assert report().figures.gpus is None


def test_without_a_price_there_is_no_money(report, folder, gpus):
    gpus.node("n2", 4, 1, 10, pool="l40s")
    gpus.write(folder)
    [row] = report().figures.gpus
    assert (row.cost, row.useful_hour, report().summary.gpu_cents) == (None, None, None)


def test_evictions_count_what_a_counter_grew(report, folder, gpus):
    gpus.write(folder)
    labels = {"cluster_queue": "vision-prod", "reason": "Preempted"}
    folder.export(
        "queue_evictions",
        (
            {**labels, "instance": "a"},
            {1: 7, 2: 7, 3: 9, 4: 1},
        ),  # two, then a process that began anew with one
        ({**labels, "instance": "b"}, {5: 2}),  # begins within the month
    )
    assert report().figures.evictions == {"Preempted": 5}


def test_hours_of_a_shared_pool_are_of_whoever_held_them(report, folder):
    made = Gpus()
    made.node("s1", 8, 1, 12, stack="platform-prod", pool="block")
    made.pod("run", "s1", 8, [("Running", 1, 6)], namespace="vision-prod", job="run")
    made.measure("run", 1, 6, measured=8, busy=8)
    # What runs on a team's own nodes is the team's, whatever its namespace.
    made.node("o1", 8, 1, 6)
    made.pod("agent", "o1", 8, [("Running", 1, 6)], namespace="node-agents")
    made.write(folder)
    rows = {row.label: row.use for row in report().figures.gpus}
    assert rows == {
        "shared platform": GpuUse(unallocated=6 * 8),
        "vision": GpuUse(useful=6 * 8, unmeasured=6 * 8),
    }
    assert [row.label for row in report("vision").figures.gpus] == ["platform-prod/block", "vision-prod/h100"]


def test_a_pod_of_a_deployment_repeats_nothing(report, folder):
    made = Gpus()
    made.node("n1", 1, 1, 20, pool="l40s-serving")
    for name, first, last in (("detector-a", 1, 9), ("detector-b", 11, 20)):
        made.pod(name, "n1", 1, [("Running", first, last)])
        made.measure(name, first, last, measured=1, busy=1)
    made.write(folder)
    [row] = report().figures.gpus
    assert row.use == GpuUse(useful=19, unallocated=1)


def test_a_job_of_pods_one_after_the_other_repeats_nothing(report, folder):
    made = Gpus()
    made.node("n1", 8, 1, 20)
    for name, first, last in (("trial-0", 1, 9), ("trial-1", 11, 20)):
        made.pod(name, "n1", 8, [("Running", first, last), ("Succeeded", last + 1, 21)], job="trial")
        made.measure(name, first, last, measured=8, busy=8)
    made.write(folder)
    [row] = report().figures.gpus
    assert row.use == GpuUse(useful=19 * 8, unallocated=8)
