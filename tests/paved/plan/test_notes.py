from components.training.capacity import Amount
from components.training.queue import QueueQuota, TeamQueue, TeamQueueArgs
from paved.plan.notes import gpu_shares

QUEUE = "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue"


def gpus(count):
    return Amount(gpus=count, vcpus=24 * count, memory_gib=256 * count)


def quota(flavor, guaranteed, borrowable, lendable):
    return QueueQuota(
        accelerator=flavor,
        flavor=flavor,
        guaranteed=gpus(guaranteed),
        borrowable=gpus(borrowable),
        lendable=gpus(lendable),
    )


def test_a_plan_says_what_a_team_has_may_borrow_and_lends_of_each_class(plan_program):
    args = TeamQueueArgs(
        stack="search-prod",
        cohort="teams",
        weight=1,
        namespace="search-prod",
        quotas=(quota("h100", 8, 16, 4), quota("l40s", 2, 0, 0)),
    )
    plan = plan_program(lambda: TeamQueue("queue", args))
    assert gpu_shares(plan.one(QUEUE).inputs) == [
        (
            "h100",
            "8 GPUs guaranteed, 16 borrowable, 24 at most; lends up to 4; "
            "a job that borrows any is evicted whole for their owner",
        ),
        ("l40s", "2 GPUs guaranteed, 0 borrowable, 2 at most; lends up to 0"),
    ]
