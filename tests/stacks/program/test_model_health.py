"""What comes of monitors in a team's file."""

import json

from stacks.program.model_health import monitored, place
from stacks.schema.monitors import ModelHealthSpec, MonitorsSpec
from tests.stacks.program.team_inputs import VISION
from tests.stacks.runs import SCHEDULE

SKEW = {"name": "same", "kind": "skew", "threshold": 0.25, "offline": "features/"}
SECTION = {
    "log": "log/",
    "labels": "labels/",
    "schedule": SCHEDULE,
    "checks": [{"name": "right", "kind": "performance", "metric": "f1", "threshold": 0.5}, SKEW],
}
JOB = {"repository": "finetune", "image_digest": f"sha256:{'0' * 64}", "pool": "batch"}


def spec(data, model):
    return model.model_validate_json(json.dumps(data))


def test_the_jobs_settings_name_whole_addresses():
    found = monitored("vision-prod", "detector", spec(SECTION, MonitorsSpec), "datasets", "logged")
    assert found.settings["log"] == place("datasets", "log/") == "s3://datasets/log/"
    assert "reference" not in found.settings
    assert found.places == ["s3://datasets/log/", "s3://datasets/labels/", "s3://datasets/features/"]
    assert [each["threshold"] for each in found.monitors] == [0.5, 0.25]
    assert json.loads(found.text)["monitors"][1]["offline"] == "s3://datasets/features/"


def test_without_a_log_of_their_own_monitors_read_the_endpoints():
    section = {key: value for key, value in SECTION.items() if key not in ("log", "labels")}
    read = spec({**section, "feedback": True}, MonitorsSpec)
    found = monitored("vision-prod", "detector", read, "datasets", "logged")
    assert found.settings["log"] == "s3://logged/log/detector/"
    assert found.settings["labels"] == "s3://logged/feedback/detector/"


def with_monitors():
    serving = VISION.serving
    endpoint = serving.endpoints[0].model_copy(update={"monitors": spec(SECTION, MonitorsSpec)})
    health = spec(JOB, ModelHealthSpec)
    return serving.model_copy(update={"endpoints": (endpoint,), "model_health": health})


def test_monitors_bring_jobs_with_a_role_that_reads_what_they_name(plan_team):
    planned, _ = plan_team(serving=with_monitors())
    [job] = [
        each.inputs
        for each in planned.of("kubernetes:batch/v1:CronJob")
        if each.inputs["metadata"]["name"].startswith("model-health-")
    ]
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "monitor"
    assert f"@{JOB['image_digest']}" in pod["containers"][0]["image"]
    [policy] = [
        each.inputs["policy"]
        for each in planned.of("aws:iam/rolePolicy:RolePolicy")
        if each.inputs.get("name") == "data"
    ]
    statements = {each["Sid"]: each for each in json.loads(policy)["Statement"]}
    assert all(
        each.endswith(("/log/*", "/labels/*", "/features/*")) for each in statements["ReadData"]["Resource"]
    )


def test_a_team_without_monitors_has_neither_job_nor_account(plan_team):
    planned, _ = plan_team()
    accounts = {each.inputs["metadata"]["name"] for each in planned.of("kubernetes:core/v1:ServiceAccount")}
    assert "monitor" not in accounts
    assert not [
        each
        for each in planned.of("kubernetes:batch/v1:CronJob")
        if "model-health" in each.inputs["metadata"]["name"]
    ]
