import pulumi_kubernetes as k8s
import pytest

from components.monitoring.load import CpuUse, RequestsInFlight
from components.serving.endpoint import Endpoint, EndpointArgs
from components.serving.predictor import ServerResources
from components.training.capacity import Amount
from components.training.queue import QueueQuota, TeamQueue, TeamQueueArgs
from paved.plan.notes import note, queue_shares

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
    assert queue_shares(plan.one(QUEUE).inputs) == [
        (
            "h100",
            "8 GPUs guaranteed, 16 borrowable, 24 at most; lends up to 4; "
            "a job that borrows any is evicted whole for their owner",
        ),
        ("l40s", "2 GPUs guaranteed, 0 borrowable, 2 at most; lends up to 0"),
    ]


def test_a_plan_says_what_a_team_has_of_cpu_nodes(plan_program):
    cpus = QueueQuota(
        accelerator="cpu",
        flavor="cpu",
        guaranteed=Amount(gpus=0, vcpus=30, memory_gib=114),
        borrowable=gpus(0),
        lendable=gpus(0),
    )
    args = TeamQueueArgs(
        stack="s", cohort="teams", weight=1, namespace="s", quotas=(quota("h100", 8, 0, 0), cpus)
    )
    queue = plan_program(lambda: TeamQueue("queue", args)).one(QUEUE)
    assert queue_shares(queue.inputs)[1] == (
        "cpu",
        "30 vCPUs guaranteed, 0 borrowable, 30 at most; lends up to 0",
    )
    assert note(queue) == "guaranteed 8 GPUs of h100, 30 vCPUs of cpu"


@pytest.mark.parametrize(
    ("signal", "most", "said"),
    [
        (CpuUse(cpus=4, percent=60), 8, "3 to 8 replicas, one more above 60 % CPU"),
        (
            RequestsInFlight(runtime="triton", per_replica=4),
            8,
            "3 to 8 replicas, one more above 4 requests in flight on each",
        ),
        (RequestsInFlight(runtime="triton", per_replica=4), 3, "3 replicas"),
    ],
    ids=["cpu", "requests", "fixed"],
)
def test_a_plan_says_once_how_an_endpoint_scales(plan_program, signal, most, said):
    args = EndpointArgs(
        stack="vision-prod",
        namespace="vision-prod",
        name="detector",
        tier=1,
        runtime="triton",
        model_format="onnx",
        model_uri="s3://models/detector/",
        resources=ServerResources(cpu=4, memory_gib=32, gpus=1, pool="l40s", accelerator="l40s"),
        min_replicas=3,
        max_replicas=most,
        signal=signal,
        prometheus_url="http://prometheus:9090",
        monitoring_namespace="monitoring",
        service_account="server",
        labels={},
    )
    plan = plan_program(lambda: Endpoint("detector", args))
    assert [found for resource in plan.resources if (found := note(resource))] == [said]


def test_a_plan_names_the_images_of_a_chart_that_have_no_digest(plan_program):
    digest = "1.7.1@sha256:" + "0" * 64
    pinned = {"image": "example/pinned", "tag": digest}
    moving = {"servers": {"image": "example/moving", "tag": "1.7.1"}}

    def program():
        k8s.helm.v3.Release("kueue", chart="kueue", version="1.0", values={"pinned": pinned, **moving})

    release = plan_program(program).one("kubernetes:helm.sh/v3:Release")
    assert note(release) == "kueue 1.0, by tag alone: example/moving:1.7.1"
