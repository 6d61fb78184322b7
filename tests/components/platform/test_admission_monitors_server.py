"""The jobs of model health at a real API server: the stack's are taken as planned, and a member makes none."""

import copy
from dataclasses import replace

import pytest

from components.model_health.model_health import ModelHealth
from components.platform.admission import AdmissionArgs
from components.platform.admission_rules import JobChoices
from paved.plan.planning import plan_program
from paved.runtime.values import as_json
from tests.components.model_health.test_model_health import ARGS
from tests.components.platform.api_server import (
    DEPLOYER,
    GPU,
    IMAGES,
    JOB_CONTROLLER,
    SERVING,
    judged_by,
    needs_api_server,
    pod_spec,
    refusal,
)

pytestmark = needs_api_server
TEAM = "paved-health-prod"
MEMBER = (*DEPLOYER, f"--as-group=paved:{TEAM}")
LABELS = {"team": "risk", "data-class": "regulated"}
HEALTH = replace(
    ARGS,
    stack=TEAM,
    namespace=TEAM,
    labels=LABELS,
    job=replace(ARGS.job, image="registry.example.com/health@sha256:" + "b" * 64),
)
NOT_AS_MONITOR = "service account trainer"


@pytest.fixture(scope="module", autouse=True)
def server():
    args = AdmissionArgs(
        environment="prod",
        data_classes=["regulated"],
        dedicated_to="risk",
        choices=JobChoices(priorities=["urgent"], accelerators=["cpu", "h100"], images=IMAGES),
        frameworks=[],
        labels={},
    )
    probe = {"apiVersion": "v1", "kind": "Pod", "spec": pod_spec(GPU)}
    with judged_by(args, TEAM, {**probe, "metadata": {"name": "probe", "namespace": TEAM}}):
        yield


@pytest.fixture(scope="module")
def made():
    """What the stack makes, by kind, as the API server gets it."""
    plan = plan_program(
        lambda: ModelHealth("health", HEALTH), stack=TEAM, config={}, references={}.__getitem__
    )
    return {
        each.inputs["kind"]: as_json(each.inputs) for each in plan.resources if "apiVersion" in each.inputs
    }


def job_of(cron_job):
    template = copy.deepcopy(cron_job["spec"]["jobTemplate"])
    template["metadata"] |= {"name": "model-health-1", "namespace": TEAM}
    return {"apiVersion": "batch/v1", "kind": "Job", **template}


def pod_of(owner):
    template = copy.deepcopy(owner["spec"]["template"])
    template["metadata"] |= {"name": "probe", "namespace": TEAM}
    return {"apiVersion": "v1", "kind": "Pod", **template}


def test_the_stacks_own_objects_are_taken(made):
    for kind in ("ConfigMap", "CronJob", "Deployment", "ServiceAccount"):
        assert refusal(made[kind], *DEPLOYER) is None
    # The deployer passes for the CronJob's controller: neither acts for the team.
    assert refusal(job_of(made["CronJob"]), *DEPLOYER) is None


def test_their_pods_are_taken_from_their_controllers_alone(made):
    check, exporter = pod_of(job_of(made["CronJob"])), pod_of(made["Deployment"])
    check["metadata"]["labels"]["kueue.x-k8s.io/podset"] = "main"
    assert refusal(check, *JOB_CONTROLLER) is None
    assert refusal(exporter, *SERVING) is None
    for pod, others in ((check, (SERVING, DEPLOYER)), (exporter, (JOB_CONTROLLER, DEPLOYER))):
        for maker in others:
            assert NOT_AS_MONITOR in (refusal(pod, *maker) or "it was accepted")


def test_a_member_makes_no_job_of_that_account(made):
    cron_job = copy.deepcopy(made["CronJob"])
    cron_job["metadata"]["labels"] = dict(LABELS)
    for job in (cron_job, job_of(cron_job)):
        assert NOT_AS_MONITOR in (refusal(job, *MEMBER) or "it was accepted")


def test_a_member_passes_no_pod_off_as_the_exporter(made):
    job = job_of(made["CronJob"])
    pod = job["spec"]["template"]
    pod["spec"]["serviceAccountName"] = "trainer"
    for labels, taken in (({}, True), ({"paved.dev/model-health": "exporter"}, False)):
        pod["metadata"]["labels"] = {**LABELS, **labels}
        assert (refusal(job, *MEMBER) is None) is taken
