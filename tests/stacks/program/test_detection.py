"""A foundation's detection section, built, at each level of security."""

import json

import pytest

from stacks.checks.folder import checked_file
from stacks.program.foundation import build_foundation
from tests.conftest import STACKS

TRAIL = "aws:cloudtrail/trail:Trail"
DETECTOR = "aws:guardduty/detector:Detector"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
RECORDER = "aws:cfg/recorder:Recorder"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
KEY = "aws:kms/key:Key"
ADDON = "aws:eks/addon:Addon"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@pytest.fixture
def plan(plan_program):
    def run(name="foundation-prod", **detection):
        stack = checked_file(STACKS / f"Pulumi.{name}.yaml").stack
        section = stack.detection.model_copy(update=detection)
        changed = stack.model_copy(update={"detection": section})
        return plan_program(lambda: build_foundation(name, changed), stack=name)

    return run


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("foundation-dev", {TRAIL}),
        ("foundation-prod", {TRAIL, LOCK, DETECTOR, ANALYZER}),
        ("foundation-risk", {TRAIL, LOCK, DETECTOR, ANALYZER, RECORDER}),
    ],
)
def test_a_level_makes_what_it_asks_for(plan, name, kinds):
    planned = plan(name)
    assert {kind for kind in (TRAIL, LOCK, DETECTOR, ANALYZER, RECORDER) if planned.of(kind)} == kinds


def test_what_the_organisation_has_is_not_made_again(plan):
    said = dict.fromkeys(("trail", "guardduty", "access_analyzer", "config"), "organisation")
    planned = plan(**said)
    ours = {each.type for each in planned.resources if ":detection:" in each.type}
    # What access pages about is this cluster's, whoever watches the account.
    assert ours == {"paved:detection:BreakGlassAlarms"}
    assert not [each for each in planned.of(KEY) if each.name.endswith("-audit")]


def test_the_agent_has_its_add_on_and_a_way_to_report(plan):
    def agent(planned):
        addons = [each for each in planned.of(ADDON) if each.inputs["addonName"] == "aws-guardduty-agent"]
        ends = [
            each for each in planned.of(ENDPOINT) if each.inputs["serviceName"].endswith(".guardduty-data")
        ]
        return len(addons), len(ends)

    assert agent(plan()) == (1, 1)
    assert agent(plan(runtime_monitoring=False)) == (0, 0)


def test_neither_bucket_of_records_is_watched_by_the_trail(plan):
    planned = plan("foundation-risk")
    kept = {each.inputs["bucket"] for each in planned.of("aws:s3/bucket:Bucket")}
    [data] = [
        each
        for each in planned.one(TRAIL).inputs["advancedEventSelectors"][1]["fieldSelectors"]
        if each["field"] == "resources.ARN"
    ]
    assert {arn.removeprefix("arn:aws:s3:::").removesuffix("/") for arn in data["notStartsWiths"]} == kept


def test_the_key_of_records_serves_who_writes_them_and_nobody_else(plan):
    def users(planned):
        [key] = [each for each in planned.of(KEY) if each.name.endswith("-audit")]
        return {each["Sid"] for each in json.loads(key.inputs["policy"])["Statement"]}

    everybody = {"AdministeredByAccount", "UsedByTrail", "UsedByConfig"}
    assert users(plan("foundation-risk")) == everybody
    assert users(plan("foundation-risk", config="organisation")) == everybody - {"UsedByConfig"}
    assert users(plan("foundation-risk", trail_log_days=365)) == {*everybody, "UsedByLogs"}


def test_compliance_mode_is_for_who_asks(plan):
    def mode(planned):
        return planned.one(LOCK).inputs["rule"]["defaultRetention"]

    assert mode(plan("foundation-risk")) == {"mode": "COMPLIANCE", "days": 731}
    assert mode(plan("foundation-prod")) == {"mode": "GOVERNANCE", "days": 400}
