import pytest

from components.retraining.collect import NOTHING_TO_DO
from components.retraining.job import tolerations, trainer_container
from components.retraining.run import job_labels

CRON_JOB = "kubernetes:batch/v1:CronJob"
SCALED_JOB = "kubernetes:keda.sh/v1alpha1:ScaledJob"


@pytest.fixture
def job(planned):
    return planned.one(CRON_JOB).inputs["spec"]["jobTemplate"]


@pytest.fixture
def pod(job):
    return job["spec"]["template"]["spec"]


@pytest.fixture
def frames(planned):
    return planned.one(SCALED_JOB, "vision-prod-frames").inputs["spec"]["jobTargetRef"]


def container(pod, name):
    return next(each for each in (*pod["initContainers"], *pod["containers"]) if each["name"] == name)


def variables(pod, name="train"):
    return {each["name"]: each.get("value") for each in container(pod, name)["env"]}


def test_a_job_waits_in_the_queue_with_its_rank(job):
    labels = job["metadata"]["labels"]
    assert labels["kueue.x-k8s.io/queue-name"] == "train"
    assert labels["kueue.x-k8s.io/priority-class"] == "nightly"
    assert job["spec"]["suspend"] is True


def test_a_job_without_a_rank_names_none(run_of):
    assert "kueue.x-k8s.io/priority-class" not in job_labels(run_of(priority=None))


@pytest.mark.parametrize("level", ["job", "pod"])
def test_job_and_pods_carry_the_lineage(job, level):
    metadata = job["metadata"] if level == "job" else job["spec"]["template"]["metadata"]
    assert metadata["labels"]["paved.dev/trigger"] == "nightly"
    assert metadata["labels"]["paved.dev/code-commit"] == "c" * 40
    assert metadata["labels"]["paved.dev/config-digest"] == "a" * 40
    assert metadata["labels"]["paved.dev/image-digest"] == "b" * 40
    assert metadata["annotations"]["paved.dev/config-digest"] == "sha256:" + "a" * 64
    assert metadata["annotations"]["paved.dev/lineage"].endswith("/lineage/nightly/")


def test_pods_carry_no_label_that_would_queue_them_by_themselves(job):
    labels = job["spec"]["template"]["metadata"]["labels"]
    assert not [key for key in labels if key.startswith("kueue.x-k8s.io/")]


def test_pods_go_to_the_pool_and_keep_their_node(job, pod):
    assert pod["nodeSelector"] == {
        "paved.dev/stack": "vision-prod",
        "paved.dev/pool": "l40s",
        "paved.dev/accelerator": "l40s",
    }
    assert {each["key"]: each.get("value") for each in pod["tolerations"]} == {
        "paved.dev/stack": "vision-prod",
        "nvidia.com/gpu": None,
    }
    assert job["spec"]["template"]["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"


def test_both_containers_are_of_the_image_by_digest(pod, run_of):
    assert {each["image"] for each in (*pod["initContainers"], *pod["containers"])} == {run_of().image}


def test_the_collector_runs_first_and_finds_its_script(pod):
    (first,) = pod["initContainers"]
    (mounted,) = [each for each in first["volumeMounts"] if each["name"] == "collector"]
    assert first["command"] == ["python3", f"{mounted['mountPath']}/collect.py"]
    assert {"name": "collector", "configMap": {"name": "collector"}} in pod["volumes"]


def test_the_training_finds_the_record_where_the_collector_leaves_it(pod):
    first, second = (container(pod, name) for name in ("collector", "train"))
    mounts = [{(m["name"], m["mountPath"]) for m in each["volumeMounts"]} for each in (first, second)]
    assert mounts[0] & mounts[1] == {("run", "/run/paved"), ("temporary", "/tmp")}
    assert ("promotion", "/opt/paved") in mounts[1]
    assert variables(pod)["PAVED_LINEAGE"] == variables(pod, "collector")["PAVED_LINEAGE"]
    assert variables(pod)["PAVED_LINEAGE"].startswith("/run/paved/")


def test_the_record_is_named_after_the_job(pod):
    names = [each["name"] for each in container(pod, "collector")["env"]]
    assert variables(pod, "collector")["PAVED_RECORD"] == "lineage/nightly/$(PAVED_RUN).json"
    assert names.index("PAVED_RUN") < names.index("PAVED_RECORD")


def test_the_training_learns_the_tracking_server_where_there_is_one(pod):
    assert container(pod, "train")["envFrom"] == [{"configMapRef": {"name": "tracking", "optional": True}}]


def test_gpus_and_disk_are_asked_for_and_capped_and_cpu_is_not_throttled(pod):
    found = container(pod, "train")["resources"]
    assert found["requests"] == {
        "cpu": "8",
        "memory": "64Gi",
        "nvidia.com/gpu": "1",
        "ephemeral-storage": "150Gi",
    }
    assert found["limits"] == {"memory": "64Gi", "nvidia.com/gpu": "1", "ephemeral-storage": "150Gi"}


def test_a_run_writes_to_its_own_volumes_alone(pod):
    for each in (container(pod, name) for name in ("collector", "train")):
        assert each["securityContext"]["readOnlyRootFilesystem"] is True
        written = {mount["mountPath"] for mount in each["volumeMounts"] if not mount.get("readOnly")}
        assert {"/run/paved", "/tmp"} <= written
    assert variables(pod)["HOME"] == "/tmp"
    assert {"name": "temporary", "emptyDir": {}} in pod["volumes"]


def test_a_run_ends_in_time_and_is_tried_again_as_often_as_it_says(job):
    assert job["spec"]["activeDeadlineSeconds"] == 6 * 3600 - 60
    assert job["spec"]["backoffLimit"] == 1


def test_the_time_of_a_run_is_counted_over_all_its_starts(job, run_of):
    """Kubernetes counts anew from each resume; Kueue adds up, and is the later of the two where there is one start."""
    counted = int(job_labels(run_of())["kueue.x-k8s.io/max-exec-time-seconds"])
    assert counted == 6 * 3600
    assert counted > job["spec"]["activeDeadlineSeconds"]


def test_no_work_ends_the_job_and_a_lost_node_is_no_failure(job):
    nothing, lost = job["spec"]["podFailurePolicy"]["rules"]
    assert (nothing["action"], nothing["onExitCodes"]["values"]) == ("FailJob", [NOTHING_TO_DO])
    assert nothing["onExitCodes"]["containerName"] == "collector"
    assert (lost["action"], lost["onPodConditions"][0]["type"]) == ("Ignore", "DisruptionTarget")


def test_the_nodes_of_a_run_meet_under_the_name_of_its_service(planned, frames):
    service = planned.one("kubernetes:core/v1:Service").inputs
    pod = frames["template"]["spec"]
    assert (frames["parallelism"], frames["completions"], frames["completionMode"]) == (2, 2, "Indexed")
    assert pod["subdomain"] == service["metadata"]["name"] == "retrain-frames"
    assert variables(pod)["MASTER_ADDR"] == "$(PAVED_RUN)-0.retrain-frames"
    assert variables(pod)["NNODES"] == "2"
    assert service["spec"]["selector"].items() <= frames["template"]["metadata"]["labels"].items()
    assert container(pod, "train")["resources"]["limits"]["vpc.amazonaws.com/efa"] == "16"


def test_a_failing_node_ends_the_others_without_using_up_the_retries(frames):
    assert frames["backoffLimit"] == 2 * 2 - 1


def test_a_run_on_one_node_has_no_service_and_no_efa(plan_retraining, triggers):
    planned = plan_retraining(triggers["nightly"])
    assert not planned.of("kubernetes:core/v1:Service")
    assert "vpc.amazonaws.com/efa" not in str(planned.one(CRON_JOB).inputs)


def test_pods_are_as_restricted_as_their_namespace_asks(pod):
    assert pod["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    for each in (*pod["initContainers"], *pod["containers"]):
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        }
    assert pod["automountServiceAccountToken"] is False


def test_a_run_on_cpu_nodes_requests_no_device_and_tolerates_none(run_of):
    run = run_of(gpus=0, efas=0, accelerator="cpu", device="cpu", cpu=15)
    requests = trainer_container(run).resources.requests
    assert requests["cpu"] == "15"
    assert not [name for name in requests if "/" in name]
    assert [each.key for each in tolerations(run)] == ["paved.dev/stack"]
