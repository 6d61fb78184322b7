import kubernetes_validate
import pytest

from reference.instances import instance_type

STACKS = ("vision-prod", "ranking-dev", "risk-prod")


def pods(job):
    """The pod templates of a job, with what Trainer takes from elsewhere."""
    spec = job["spec"]
    if job["kind"] == "RayJob":
        cluster = spec["rayClusterSpec"]
        groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
        return [*(group["template"] for group in groups), spec["submitterPodTemplate"]]
    if job["kind"] == "TrainJob":
        [patch] = spec["runtimePatches"]
        [node] = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
        return [node["template"]["spec"]["template"]]
    return [spec["template"]]


def requests(job):
    """What each pod of a job requests."""
    if job["kind"] == "TrainJob":
        return [job["spec"]["trainer"]["resourcesPerNode"]]
    return [each["resources"] for pod in pods(job) for each in pod["spec"]["containers"]]


def most_vcpus(kind):
    """What the pods of a job leave to a node: a quarter and more where its accelerators are the work, else one vCPU."""
    return 0.8 * kind.vcpus if kind.gpus else kind.vcpus - 1


def without_programs(manifest):
    return {**manifest, "data": sorted(manifest["data"])} if manifest["kind"] == "ConfigMap" else manifest


@pytest.mark.parametrize("stack", STACKS)
def test_the_samples_of_a_stack(made, golden, stack):
    found = made(stack)
    files = {name: [without_programs(each) for each in made] for name, made in found.manifests.items()}
    golden(f"samples/{stack}.yaml", found.text({"files": files}))


@pytest.mark.parametrize("stack", STACKS)
def test_every_built_in_object_is_one_that_kubernetes_knows(made, stack):
    checked = 0
    for manifest in (each for found in made(stack).manifests.values() for each in found):
        if manifest["apiVersion"] in ("v1", "batch/v1"):
            kubernetes_validate.validate(manifest, "1.35", strict=True)
            checked += 1
    assert checked >= 4


@pytest.mark.parametrize("stack", STACKS)
def test_a_job_waits_in_the_teams_queue_and_says_who_pays(made, planner, stack):
    team = planner.config(stack).stack
    priorities = planner.config(team.platform).stack.queues.priorities
    for name, job in made(stack).jobs().items():
        labels = job["metadata"]["labels"]
        assert job["metadata"]["namespace"] == stack
        assert labels["kueue.x-k8s.io/queue-name"] == "train", name
        assert labels["kueue.x-k8s.io/priority-class"] == priorities[-1].name == "experiment"
        assert labels["team"] == team.owner.team
        assert labels["cost-center"] == team.owner.cost_center


@pytest.mark.parametrize("stack", STACKS)
def test_a_pod_goes_to_its_teams_nodes_and_is_kept_there(made, stack):
    for name, job in made(stack).jobs().items():
        for pod in pods(job):
            assert pod["spec"]["nodeSelector"]["paved.dev/stack"] == stack, name
            assert pod["spec"]["nodeSelector"]["paved.dev/accelerator"], name
            taints = {"paved.dev/stack", "nvidia.com/gpu"}
            if pod["spec"]["nodeSelector"]["paved.dev/accelerator"] == "cpu":
                taints = {"paved.dev/stack"}
            assert {t["key"] for t in pod["spec"]["tolerations"]} == taints
            assert all(t["operator"] == "Equal" and t["value"] for t in pod["spec"]["tolerations"])
            assert pod["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"


@pytest.mark.parametrize("stack", STACKS)
def test_a_pod_is_within_the_restricted_level(made, stack):
    """TrainJobs get theirs from the platform's runtime, which has a test of its own."""
    for job in (job for job in made(stack).jobs().values() if job["kind"] != "TrainJob"):
        for pod in pods(job):
            spec = pod["spec"]
            assert spec["serviceAccountName"] == "trainer"
            assert spec["securityContext"]["runAsNonRoot"] is True
            assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            for each in spec["containers"]:
                assert each["securityContext"] == {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                }


@pytest.mark.parametrize("stack", STACKS)
def test_a_pod_fits_a_node_of_its_pool_beside_the_systems_own(made, planner, stack):
    pools = {pool.name: pool for pool in planner.config(stack).stack.training.pools}
    for job in made(stack).jobs().values():
        pool = pools[pods(job)[0]["spec"]["nodeSelector"]["paved.dev/pool"]]
        types = [instance_type(name) for name in pool.instance_types]
        for request in requests(job):
            asked = request["requests"]
            gpus, efas = int(asked.get("nvidia.com/gpu", 0)), int(asked.get("vpc.amazonaws.com/efa", 0))
            assert any(
                gpus <= kind.gpus
                and efas <= kind.efa_interfaces
                and (int(asked["cpu"].removesuffix("00m") or 0) <= most_vcpus(kind) or asked["cpu"] == "500m")
                and int(asked["memory"].rstrip("GiM"))
                <= 0.8 * kind.memory_gib * (1024 if "M" in asked["memory"] else 1)
                for kind in types
            ), (job["metadata"]["name"], asked)
            assert "hugepages" not in str(request)  # Karpenter finds no node for them


@pytest.mark.parametrize("stack", STACKS)
def test_a_job_fits_the_quota_of_its_queue(made, planner, stack):
    quota = {each.pool: each.promised + each.borrowed for each in planner.config(stack).stack.training.quota}
    for job in made(stack).jobs().values():
        spec, [first, *_] = job["spec"], requests(job)
        gpus = int(first["requests"].get("nvidia.com/gpu", first["requests"]["cpu"]))
        pool = pods(job)[0]["spec"]["nodeSelector"]["paved.dev/pool"]
        match job["kind"]:
            case "TrainJob":
                gpus *= spec["trainer"]["numNodes"]
            case "RayJob":
                gpus += sum(group["replicas"] for group in spec["rayClusterSpec"]["workerGroupSpecs"])
            case "Job":
                gpus *= spec.get("parallelism", 1)
        assert gpus <= quota[pool], job["metadata"]["name"]


def test_the_fabric_is_tried_over_every_node_of_the_pool(made):
    job = made("vision-prod").jobs()["samples/accept-fabric-h100.yaml"]
    assert job["spec"]["trainer"]["numNodes"] == 4
    resources = job["spec"]["trainer"]["resourcesPerNode"]
    assert (
        resources["limits"]["vpc.amazonaws.com/efa"] == resources["requests"]["vpc.amazonaws.com/efa"] == "32"
    )
    assert {"name": "FI_PROVIDER", "value": "efa"} in job["spec"]["trainer"]["env"]


def test_without_trainer_the_same_training_is_an_indexed_job(made):
    job = made("risk-prod").jobs()["samples/train-a10g.yaml"]
    assert (job["kind"], job["spec"]["completionMode"], job["spec"]["parallelism"]) == ("Job", "Indexed", 2)
    pod = job["spec"]["template"]
    [container] = pod["spec"]["containers"]
    assert "--master-addr=train-a10g-0.workers" in container["command"]
    assert pod["spec"]["subdomain"] == "workers"
    assert pod["metadata"]["labels"]["paved.dev/worker"] == "true"


def test_a_node_that_goes_away_is_no_failure_of_the_job(made):
    job = made("risk-prod").jobs()["samples/resume-l4.yaml"]
    [rule] = job["spec"]["podFailurePolicy"]["rules"]
    assert rule["action"] == "Ignore"
    assert rule["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_a_sweep_prefers_nodes_without_a_fabric(made):
    assert "samples/sweep-l40s.yaml" in made("vision-prod").manifests


def test_what_cannot_run_is_named_with_its_reason(made):
    assert made("vision-prod").left_out == (
        "train-neuron: `h100` has no Trainium devices; `l40s` has no Trainium devices",
        "batch: `h100` has accelerators; `l40s` has accelerators",
        "resume: `h100` takes no spot capacity; `l40s` takes no spot capacity",
    )
    assert made("risk-prod").left_out == (
        "train-neuron: `a10g` has no Trainium devices; `l4` has no Trainium devices",
        "batch: `a10g` has accelerators; `l4` has accelerators",
        "sweep: the platform does not run `ray` (`queues.frameworks`)",
        "accept-fabric: `a10g` has no `efa`; `l4` has no `efa`",
        "accept-isolation: a node of `a10g` may have one GPU; a node of `l4` may have one GPU",
        "accept-storage: the team has no `data.file_systems`",
        "promote: the team serves no model",
    )


@pytest.mark.parametrize(
    ("image", "whole"),
    [
        (
            "finetune:2026-11-03",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/finetune:2026-11-03",
        ),
        (
            f"finetune@sha256:{'ab' * 32}",
            f"111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/finetune@sha256:{'ab' * 32}",
        ),
        ("registry.example.com:5000/train:1", "registry.example.com:5000/train:1"),
    ],
)
def test_an_image_of_the_teams_repositories_is_named_in_short(made, image, whole):
    assert made("vision-prod", image).facts.image == whole
