import pytest

from components.charts import KUBEFLOW_TRAINER, KUBERAY_OPERATOR
from components.platform.frameworks import (
    FRAMEWORKS,
    kuberay_values,
    namespaces_without,
    queued_jobs,
    trainer_values,
)
from components.platform.job_framework import JobFramework, JobFrameworkArgs
from components.platform.operator import CRITICAL, SYSTEM_NODES
from tests.image_names import PUBLISHED

MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.fixture
def planned(plan_program):
    def plan(framework):
        args = JobFrameworkArgs(
            framework=framework,
            versions={KUBEFLOW_TRAINER.name: "2.3.0", KUBERAY_OPERATOR.name: "1.7.0"},
            image_names=PUBLISHED,
            labels={"team": "platform"},
            after=[],
            monitoring=[],
            protect=True,
        )
        return plan_program(lambda: JobFramework("framework", args))

    return plan


def test_kueue_knows_the_jobs_of_every_framework_by_name():
    assert queued_jobs(["trainer", "ray"]) == [
        "jobset.x-k8s.io/jobset",
        "ray.io/raycluster",
        "ray.io/rayjob",
        "trainer.kubeflow.org/trainjob",
    ]
    assert queued_jobs([]) == []


def test_every_kind_of_job_that_kueue_queues_is_defined_by_its_chart():
    for framework in FRAMEWORKS.values():
        kinds = {crd.lower() for crd in framework.chart.crds}
        assert {job.lower() for job in framework.jobs} <= kinds


def test_a_platform_has_the_namespaces_of_its_frameworks_alone():
    assert namespaces_without(["ray"]) == {"kubeflow-system"}
    assert namespaces_without([]) == {"kubeflow-system", "kuberay-system"}
    assert namespaces_without(["ray", "trainer"]) == set()


def test_operators_run_on_system_nodes():
    values = trainer_values()
    assert kuberay_values()["nodeSelector"] == SYSTEM_NODES
    assert kuberay_values()["priorityClassName"] == CRITICAL
    assert values["manager"]["nodeSelector"] == values["jobset"]["controller"]["nodeSelector"] == SYSTEM_NODES


def test_who_answers_webhooks_survives_the_loss_of_a_replica():
    values = trainer_values()
    assert values["manager"]["replicas"] == values["jobset"]["controller"]["replicas"] == 2


def test_the_webhooks_of_jobs_have_a_priority_and_a_budget(planned):
    answering = {"jobset-controller", "kubeflow-trainer-controller-manager"}
    plan = planned("trainer")
    for kind in ("apps/v1:DeploymentPatch", "policy/v1:PodDisruptionBudget"):
        assert {each.inputs["metadata"]["name"] for each in plan.of(f"kubernetes:{kind}")} == answering
    assert not list(planned("ray").of("kubernetes:apps/v1:DeploymentPatch"))


def test_no_pod_downloads_a_client_to_install_runtimes():
    assert trainer_values()["runtimes"] == {"defaultEnabled": False}


def test_job_set_is_a_release_and_no_staging_image():
    assert trainer_values()["jobset"]["image"]["repository"] == "registry.k8s.io/jobset/jobset"
    assert trainer_values()["jobset"]["image"]["tag"] == "v0.12.0"


@pytest.mark.parametrize(("framework", "port"), [("ray", "http"), ("trainer", "monitoring-port")])
def test_an_operator_is_scraped_once_it_is_there(planned, framework, port):
    plan = planned(framework)
    monitor = plan.one(MONITOR)
    assert monitor.depends_on == (plan.one(RELEASE).urn,)
    assert monitor.inputs["metadata"]["namespace"] == "monitoring"
    assert monitor.inputs["spec"]["endpoints"][0]["port"] == port
    assert monitor.inputs["spec"]["namespaceSelector"] == {
        "matchNames": [FRAMEWORKS[framework].chart.namespace]
    }
