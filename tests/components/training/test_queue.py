from dataclasses import replace

import pytest
from pulumi import Output

from components.training.capacity import Amount
from components.training.queue import (
    QueueQuota,
    TeamQueue,
    TeamQueueArgs,
    WorkerNames,
    WorkerNamesArgs,
    per_accelerator,
    resource_group,
)

CLUSTER_QUEUE = "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue"
SERVICE = "kubernetes:core/v1:Service"
LOCAL_QUEUE = "kubernetes:kueue.x-k8s.io/v1beta2:LocalQueue"
NOTHING = Amount(gpus=0, vcpus=0, memory_gib=0)
H100 = QueueQuota(
    accelerator="h100",
    flavor="gpu-h100",
    guaranteed=Amount(gpus=32, vcpus=768, memory_gib=8192),
    borrowable=Amount(gpus=16, vcpus=384, memory_gib=4096),
    lendable=Amount(gpus=8, vcpus=192, memory_gib=2048),
)
L40S = QueueQuota(
    accelerator="l40s",
    flavor="gpu-l40s",
    guaranteed=Amount(gpus=16, vcpus=128, memory_gib=1024),
    borrowable=NOTHING,
    lendable=NOTHING,
)
ARGS = {
    "stack": "vision-prod",
    "cohort": "platform-prod",
    "weight": 1,
    "frozen": False,
    "quotas": (H100, L40S),
    "namespace": "vision-prod",
}


@pytest.fixture
def planned(plan_program):
    def plan(**changes):
        return plan_program(lambda: TeamQueue("vision-queue", TeamQueueArgs(**{**ARGS, **changes})))

    return plan


def test_a_queue_matches_its_golden_file(planned, golden):
    plan = planned()
    golden("components/team_queue.json", {r.type: r.inputs for r in plan.resources if r.custom})


def test_the_queue_has_the_names_of_its_objects(plan_program):
    queues = []
    plan_program(lambda: queues.append(TeamQueue("vision-queue", TeamQueueArgs(**ARGS))))
    assert (queues[0].cluster_queue, queues[0].local_queue) == ("vision-prod", "train")


def test_jobs_name_a_local_queue_in_the_namespace_of_the_team(planned):
    plan = planned()
    local = plan.one(LOCAL_QUEUE)
    assert (local.inputs["metadata"]["name"], local.inputs["metadata"]["namespace"]) == (
        "train",
        "vision-prod",
    )
    assert local.inputs["spec"] == {"clusterQueue": plan.one(CLUSTER_QUEUE).inputs["metadata"]["name"]}
    assert plan.one(CLUSTER_QUEUE).urn in local.depends_on


def test_the_queue_borrows_in_the_cohort_and_small_jobs_pass_large_ones(planned):
    spec = planned().one(CLUSTER_QUEUE).inputs["spec"]
    assert (spec["cohortName"], spec["queueingStrategy"]) == ("platform-prod", "BestEffortFIFO")


def test_only_namespaces_of_the_stack_can_use_the_queue(planned):
    spec = planned().one(CLUSTER_QUEUE).inputs["spec"]
    assert spec["namespaceSelector"] == {"matchLabels": {"paved.dev/stack": "vision-prod"}}


def test_a_team_gets_back_what_it_lent_and_its_urgent_jobs_evict_its_own(planned):
    """`borrowWithinCohort` is not for queues that share fairly, and left out means never."""
    assert planned().one(CLUSTER_QUEUE).inputs["spec"]["preemption"] == {
        "reclaimWithinCohort": "Any",
        "withinClusterQueue": "LowerPriority",
    }


def test_a_heavier_team_borrows_more(planned):
    assert planned(weight=3).one(CLUSTER_QUEUE).inputs["spec"]["fairSharing"] == {"weight": "3"}


def test_a_frozen_queue_admits_nothing_more_and_evicts_nothing(planned):
    assert planned(frozen=True).one(CLUSTER_QUEUE).inputs["spec"]["stopPolicy"] == "Hold"
    assert planned().one(CLUSTER_QUEUE).inputs["spec"]["stopPolicy"] == "None"


def test_each_flavor_has_a_quota_for_every_covered_resource_in_its_order(planned):
    (group,) = planned().one(CLUSTER_QUEUE).inputs["spec"]["resourceGroups"]
    assert group["coveredResources"] == ["cpu", "memory", "nvidia.com/gpu"]
    for flavor in group["flavors"]:
        assert [each["name"] for each in flavor["resources"]] == group["coveredResources"]


def test_a_borrowed_gpu_brings_cpus_and_memory_and_everything_has_a_limit():
    flavor = resource_group([H100])["flavors"][0]
    assert flavor == {
        "name": "gpu-h100",
        "resources": [
            {"name": "cpu", "nominalQuota": "768", "borrowingLimit": "384", "lendingLimit": "192"},
            {
                "name": "memory",
                "nominalQuota": "8192Gi",
                "borrowingLimit": "4096Gi",
                "lendingLimit": "2048Gi",
            },
            {"name": "nvidia.com/gpu", "nominalQuota": "32", "borrowingLimit": "16", "lendingLimit": "8"},
        ],
    }


def test_a_team_that_may_not_borrow_or_lend_does_not():
    """A limit that is left out would let it borrow, or lend, without one."""
    for resource in resource_group([L40S])["flavors"][0]["resources"]:
        assert {resource["borrowingLimit"], resource["lendingLimit"]} <= {"0", "0Gi"}


def test_two_pools_of_one_class_are_one_flavor_with_both_quotas():
    more = QueueQuota(
        accelerator="h100",
        flavor="gpu-h100",
        guaranteed=Amount(gpus=8, vcpus=16, memory_gib=256),
        borrowable=Amount(gpus=1, vcpus=2, memory_gib=32),
        lendable=Amount(gpus=2, vcpus=4, memory_gib=64),
    )
    assert per_accelerator([H100, L40S, more]) == [
        QueueQuota(
            accelerator="h100",
            flavor="gpu-h100",
            guaranteed=Amount(gpus=40, vcpus=784, memory_gib=8448),
            borrowable=Amount(gpus=17, vcpus=386, memory_gib=4128),
            lendable=Amount(gpus=10, vcpus=196, memory_gib=2112),
        ),
        L40S,
    ]


def test_a_queue_covers_efa_in_every_flavor_and_gives_none_without_it():
    group = resource_group([replace(H100, efas=128), L40S])
    assert group["coveredResources"] == ["cpu", "memory", "nvidia.com/gpu", "vpc.amazonaws.com/efa"]
    for flavor in group["flavors"]:
        assert [each["name"] for each in flavor["resources"]] == group["coveredResources"]
    assert {flavor["name"]: flavor["resources"][-1]["nominalQuota"] for flavor in group["flavors"]} == {
        "gpu-h100": "128",
        "gpu-l40s": "0",
    }


def test_efa_interfaces_are_those_of_the_teams_own_nodes_and_never_lent():
    [flavor] = resource_group([replace(H100, efas=128)])["flavors"]
    assert flavor["resources"][-1] == {
        "name": "vpc.amazonaws.com/efa",
        "nominalQuota": "128",
        "borrowingLimit": "0",
        "lendingLimit": "0",
    }


def test_the_efa_interfaces_of_two_pools_of_one_class_add_up():
    with_efa = replace(H100, efas=128)
    assert [each.efas for each in per_accelerator([with_efa, with_efa])] == [256]


CHANGES = {
    "stack": "vision-dev",
    "cohort": "other",
    "weight": 2,
    "frozen": True,
    "quotas": (H100,),
    "namespace": "other",
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_argument_changes_an_object(planned, field):
    def objects(plan):
        return [resource.inputs for resource in plan.resources if resource.custom]

    assert objects(planned(**{field: CHANGES[field]})) != objects(planned())


def test_no_argument_is_left_untried():
    assert set(CHANGES) == set(ARGS) == set(TeamQueueArgs.__dataclass_fields__) - {"granted"}


def test_a_granted_pool_comes_before_the_teams_own_nodes_of_the_same_class(plan_program):
    def program():
        granted = Output.from_input("block").apply(lambda flavor: (replace(H100, flavor=flavor),))
        own = replace(H100, flavor=Output.from_input("gpu-h100"))
        TeamQueue("vision-queue", TeamQueueArgs(**{**ARGS, "quotas": (own, L40S), "granted": granted}))

    spec = plan_program(program).one(CLUSTER_QUEUE).inputs["spec"]
    [group] = spec["resourceGroups"]
    assert [flavor["name"] for flavor in group["flavors"]] == ["block", "gpu-h100", "gpu-l40s"]
    assert group["flavors"][0]["resources"] == group["flavors"][1]["resources"]
    assert spec["flavorFungibility"] == {"whenCanBorrow": "MayStopSearch", "whenCanPreempt": "TryNextFlavor"}


def test_without_a_grant_the_order_of_flavors_is_kueues_default(planned):
    assert "flavorFungibility" not in planned().one(CLUSTER_QUEUE).inputs["spec"]


def test_neuron_devices_and_gpus_are_queued_apart():
    trainium = replace(H100, accelerator="trainium1", flavor="trainium1")
    group = resource_group((L40S, trainium))
    assert group["coveredResources"] == ["cpu", "memory", "nvidia.com/gpu", "aws.amazon.com/neuron"]
    nominal = {
        flavor["name"]: {each["name"]: each["nominalQuota"] for each in flavor["resources"]}
        for flavor in group["flavors"]
    }
    assert (nominal["gpu-l40s"]["nvidia.com/gpu"], nominal["gpu-l40s"]["aws.amazon.com/neuron"]) == (
        "16",
        "0",
    )
    assert (nominal["trainium1"]["nvidia.com/gpu"], nominal["trainium1"]["aws.amazon.com/neuron"]) == (
        "0",
        "32",
    )
    for flavor in group["flavors"]:
        assert [each["name"] for each in flavor["resources"]] == group["coveredResources"]


def test_a_queue_of_neuron_devices_alone_covers_no_gpus():
    trainium = replace(H100, accelerator="trainium1")
    assert resource_group((trainium,))["coveredResources"] == ["cpu", "memory", "aws.amazon.com/neuron"]


def test_workers_find_each_other_before_they_are_ready(plan_program):
    args = WorkerNamesArgs(namespace="vision-prod", labels={"team": "vision"})
    service = plan_program(lambda: WorkerNames("vision-prod", args)).one(SERVICE).inputs
    assert service["metadata"] == {
        "name": "workers",
        "namespace": "vision-prod",
        "labels": {"team": "vision"},
    }
    assert service["spec"] == {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": {"paved.dev/worker": "true"},
    }


CPU = QueueQuota(
    accelerator="cpu",
    flavor="cpu",
    guaranteed=Amount(gpus=0, vcpus=60, memory_gib=228),
    borrowable=Amount(gpus=0, vcpus=30, memory_gib=114),
    lendable=Amount(gpus=0, vcpus=60, memory_gib=228),
)


def test_a_flavor_of_cpu_nodes_has_no_devices_and_changes_no_other():
    alone, beside = resource_group([H100]), resource_group([H100, CPU])
    assert beside["flavors"][0] == alone["flavors"][0]
    assert beside["coveredResources"] == ["cpu", "memory", "nvidia.com/gpu"]
    assert beside["flavors"][1] == {
        "name": "cpu",
        "resources": [
            {"name": "cpu", "nominalQuota": "60", "borrowingLimit": "30", "lendingLimit": "60"},
            {"name": "memory", "nominalQuota": "228Gi", "borrowingLimit": "114Gi", "lendingLimit": "228Gi"},
            {"name": "nvidia.com/gpu", "nominalQuota": "0", "borrowingLimit": "0", "lendingLimit": "0"},
        ],
    }


def test_a_queue_of_cpu_nodes_alone_covers_no_devices():
    assert resource_group([CPU])["coveredResources"] == ["cpu", "memory"]
