"""Every GPU of every step is counted once, whatever the exports say of pods."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paved.operations.goodput import SAYS, USES, GpuUse, HeldGpus, PodRun, divide_node, lost_steps

# A machine that is busy draws slowly, which says nothing of the code.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
COUNTS = st.integers(0, 20)
HELD = st.builds(
    HeldGpus,
    gpus=COUNTS,
    is_running=st.booleans(),
    measured=COUNTS,
    busy=COUNTS,
    throttled=COUNTS,
    is_lost=st.booleans(),
)
CLAIMS = st.lists(st.tuples(st.sampled_from(["vision-prod", "ranking-dev"]), HELD), max_size=8)


def divided(gpus, *claims, owner="platform-prod"):
    return list(divide_node(gpus, claims, owner))


def use_of(gpus, held):
    return sum((use for _, use in divided(gpus, ("vision-prod", held))), GpuUse())


@UNHURRIED
@given(gpus=COUNTS, claims=CLAIMS)
def test_the_parts_of_a_node_add_up_to_its_gpus(gpus, claims):
    uses = [use for _, use in divided(gpus, *claims)]
    assert sum(use.total for use in uses) == gpus
    assert all(part >= 0 for use in uses for part in use.by_name.values())


@UNHURRIED
@given(gpus=COUNTS, claims=CLAIMS)
def test_the_order_of_the_pods_that_fit_changes_nothing(gpus, claims):
    room = sum(held.gpus for _, held in claims)

    def sums(order):
        found = {}
        for stack, use in divided(room + gpus, *order):
            found[stack] = found.get(stack, GpuUse()) + use
        return found

    assert sums(claims) == sums(claims[::-1])


def test_each_part_is_what_it_says():
    running = {"is_running": True}
    assert use_of(8, HeldGpus(gpus=8, measured=8, busy=8, **running)) == GpuUse(useful=8)
    assert use_of(8, HeldGpus(gpus=8, measured=8, busy=6, throttled=2, **running)) == GpuUse(
        useful=4, throttled=2, idle=2
    )
    assert use_of(8, HeldGpus(gpus=8, measured=8, busy=8, is_lost=True, **running)) == GpuUse(repeated=8)
    assert use_of(8, HeldGpus(gpus=4, is_running=False)) == GpuUse(waited=4, unallocated=4)
    assert use_of(8, HeldGpus(gpus=4, **running)) == GpuUse(unmeasured=4, unallocated=4)
    assert set(SAYS) == set(USES) == set(GpuUse().by_name)


def test_a_pod_that_runs_comes_before_one_that_waits_for_its_gpus():
    waiting = ("ranking-dev", HeldGpus(gpus=8, is_running=False))
    running = ("vision-prod", HeldGpus(gpus=8, is_running=True, measured=8, busy=8))
    assert divided(8, waiting, running) == [
        ("vision-prod", GpuUse(useful=8)),
        ("ranking-dev", GpuUse()),
        ("platform-prod", GpuUse()),
    ]


def run(pod, first, last, **more):
    return PodRun(pod=pod, job="finetune", first=first, last=last, **more)


def test_work_is_lost_where_the_job_ran_another_pod_afterwards():
    assert lost_steps([run("a", 1, 10), run("b", 12, 20)]) == {"a": range(1, 11)}
    assert lost_steps([run("a", 1, 10, succeeded=True), run("b", 12, 20)]) == {}
    assert lost_steps([run("a", 1, 10), run("b", 1, 20)]) == {}
    assert lost_steps([run("a", 1, 10)]) == {}
    assert lost_steps([run("a", 1, 5), run("b", 5, 9)]) == {}


def test_a_checkpoint_keeps_what_came_before_it():
    runs = [run("a", 1, 100), run("b", 102, 120)]
    assert lost_steps(runs, most=6) == {"a": range(95, 101)}
    assert lost_steps(runs, most=1000) == {"a": range(1, 101)}
    assert lost_steps(runs, most=0) == {"a": range(101, 101)}
