from components.training.worker_names import WorkerNames, WorkerNamesArgs

SERVICE = "kubernetes:core/v1:Service"


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
