"""What a plan says of the room on a team's own pools."""

from paved.plan.room import SMALL_JOBS, SMALL_PODS, room_rows


def test_each_pool_tells_its_sum(planner):
    rows = dict(room_rows(planner.config("vision-prod").stack))
    assert rows["room h100"] == "32 of 32 GPUs at once: 32 guaranteed"
    assert rows["room l40s-serving"] == (
        "9 of 9 GPUs at once: 9 of defect-detector (8 replicas and 1 more in a rollout)"
    )
    assert rows["limit"] == SMALL_JOBS


def test_jobs_have_nodes_of_one_gpu_for_themselves(planner):
    team = planner.config("ranking-dev").stack
    one_gpu = [
        pool.model_copy(update={"instance_types": ("g6.2xlarge", "g6.4xlarge")})
        for pool in team.training.pools
        if pool.max_gpus
    ]
    training = team.training.model_copy(update={"pools": tuple(one_gpu)})
    assert ("limit", SMALL_JOBS) in list(room_rows(team))
    assert "limit" not in dict(room_rows(team.model_copy(update={"training": training})))


def test_a_pool_of_cpu_nodes_tells_its_sum_and_what_none_promises(planner):
    rows = list(room_rows(planner.config("ranking-dev").stack))
    assert ("room batch", "32 of 32 vCPUs at once: 30 guaranteed") in rows
    assert ("limit", SMALL_PODS) in rows


def test_other_stacks_have_no_pools_of_a_team(planner):
    assert list(room_rows(planner.config("platform-prod").stack)) == []
