"""What the guide to retraining says is what a run finds."""

import re
from pathlib import Path

import yaml

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "retraining.md").read_text(encoding="utf-8")
CRON_JOB = "kubernetes:batch/v1:CronJob"


def test_the_first_example_is_that_of_the_sample(planner):
    shown = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[0])
    (sample,) = planner.config("risk-prod").stack.retraining.model_dump(mode="json")["triggers"]
    (trigger,) = shown["paved:retraining"]["triggers"]
    assert trigger.items() <= sample.items()


def test_a_run_finds_every_variable_of_the_guide(planner):
    planned = planner.plan("vision-prod")
    job = planned.one("kubernetes:keda.sh/v1alpha1:ScaledJob", "vision-prod-new-labels").inputs["spec"][
        "jobTargetRef"
    ]
    (train,) = job["template"]["spec"]["containers"]
    tracking = planned.one("kubernetes:core/v1:ConfigMap", "vision-prod-tracking").inputs["data"]
    from_kubernetes = {"JOB_COMPLETION_INDEX"} if job["completionMode"] == "Indexed" else set()
    found = {each["name"] for each in train["env"]} | set(tracking) | from_kubernetes
    assert set(re.findall(r"`\$(\w+)`", GUIDE)) <= found


def test_runs_carry_every_label_of_the_guide(planner):
    job = planner.plan("risk-prod").one(CRON_JOB).inputs["spec"]["jobTemplate"]
    named = set(re.findall(r"`(paved\.dev/[a-z-]+)`", GUIDE))
    assert named <= set(job["metadata"]["labels"])
    assert named <= set(job["spec"]["template"]["metadata"]["labels"])


def test_the_record_has_every_key_that_the_guide_tags_a_run_with():
    import inspect

    from components.retraining import collect

    named = re.findall(r'"(\w+)"', re.findall(r"set_tags\((.*?)\)\n", GUIDE, re.DOTALL)[0])
    assert named
    assert all(f'"{key}":' in inspect.getsource(collect.settled) for key in named)
