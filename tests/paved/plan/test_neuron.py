"""A team on Trainium, from its file to what the cluster is told: nothing of it waits for a GPU."""

import json
import shutil
from datetime import date

import pytest

from paved.plan.planner import Planner
from paved.policy.plan_evaluator import PlanEvaluator
from tests.conftest import STACKS

AS_OF = date(2026, 11, 21)
POOL = """    pools:
      - name: trn
        instance_types: [trn1.32xlarge]
        capacity: [on-demand]
        max_gpus: 32
"""
QUOTA = """    quota:
      - pool: trn
        gpus: 32
"""


@pytest.fixture(scope="module")
def planner(tmp_path_factory):
    """Vision, whose retraining on drift runs on Trainium."""
    folder = tmp_path_factory.mktemp("stacks")
    for path in STACKS.glob("*.yaml"):
        shutil.copy(path, folder)
    platform, team = (folder / f"Pulumi.{name}.yaml" for name in ("platform-prod", "vision-prod"))
    more = "    capacity:\n      - accelerator: trainium1\n        gpus: 64\n"
    platform.write_text(platform.read_text().replace("    capacity:\n", more, 1))
    text = team.read_text().replace("    pools:\n", POOL, 1).replace("    quota:\n", QUOTA, 1)
    before, trigger, after = text.partition("      - name: drift\n")
    assert trigger
    after = after.replace("        pool: l40s\n", "        pool: trn\n", 1)
    team.write_text(before + trigger + after)
    return Planner.of_folder(folder, as_of=AS_OF)


def test_no_rule_asks_a_neuron_pool_for_gpus(planner):
    report = PlanEvaluator(planner, STACKS, AS_OF).report(planner.plan("vision-prod"))
    assert [str(each) for each in report.violations] == []


def test_retraining_asks_for_the_devices_that_its_pool_has(planner):
    job = planner.plan("vision-prod").one("kubernetes:keda.sh/v1alpha1:ScaledJob", "vision-prod-drift")
    pod = job.inputs["spec"]["jobTargetRef"]["template"]["spec"]
    (train,) = pod["containers"]
    assert train["resources"]["limits"]["aws.amazon.com/neuron"] == "4"
    assert [each["key"] for each in pod["tolerations"]] == ["paved.dev/stack", "aws.amazon.com/neuron"]
    assert "nvidia.com" not in json.dumps(pod)


def test_people_read_of_neuron_devices(planner):
    runs = planner.plan("vision-prod").outputs["retraining"]["drift"]["runs"]
    assert runs == "4 Neuron devices of trn on 1 node, at most 6 h over all its starts, 1 retries"
