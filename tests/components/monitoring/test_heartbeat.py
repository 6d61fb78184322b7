"""The dead man's switch: what is published, and the alarm of silence as CloudWatch takes it."""

import shutil
import subprocess

import pytest
import yaml

from components.account import Account
from components.cluster.controller_identities import alert_policy
from components.monitoring.heartbeat import (
    PERIOD_SECONDS,
    SILENT_PERIODS,
    Heartbeat,
    HeartbeatArgs,
    HeartbeatRoute,
    HeartbeatRouteArgs,
    heartbeat_arn,
)
from components.monitoring.routing import AlertRouting, AlertRoutingArgs, outside_teams
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy
from paved.aws.creating.memory import MemoryAws
from tests.components.monitoring.alertmanager_yml import alertmanager_yml
from tests.components.topics import topic_of
from tests.iam import Request, decides
from tests.paved.rehearsed_account import RehearsedAccount

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
STACK = "foundation-prod"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
CONFIG = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
AMTOOL = shutil.which("amtool")


@pytest.fixture
def planned(plan_program):
    def program():
        key = EncryptionKey(
            "heartbeats",
            EncryptionKeyArgs(
                account=ACCOUNT,
                alias="paved-heartbeats",
                description="Heartbeats",
                policy=key_policy(ACCOUNT),
                deletion_window_days=30,
                protect=True,
            ),
        )
        args = HeartbeatArgs(account=ACCOUNT, stack=STACK, key=key, topic=topic_of(ACCOUNT, STACK))
        Heartbeat("heartbeat", args)

    return plan_program(program)


@pytest.fixture
def configs(plan_program):
    """The configurations of a platform, as objects."""
    arn = heartbeat_arn(ACCOUNT, STACK)

    def program():
        HeartbeatRoute(
            "heartbeat",
            HeartbeatRouteArgs(
                namespace="monitoring", topic_arn=arn, region="us-east-1", labels={}, after=[]
            ),
        )
        routing = AlertRoutingArgs(
            namespace="monitoring",
            topic_arn="arn:aws:sns:us-east-1:111122223333:paved-foundation-prod-alerts",
            region="us-east-1",
            labels={},
            matchers=[outside_teams()],
        )
        AlertRouting("alerts", routing)

    return [each.inputs for each in plan_program(program).of(CONFIG)]


@pytest.fixture
def told(tmp_path, configs):
    """Ask Alertmanager's own tool who is told of an alert."""
    if AMTOOL is None:
        pytest.skip("amtool is not on PATH (Debian package `prometheus-alertmanager`)")
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(alertmanager_yml(configs)), encoding="utf-8")

    def ask(**labels):
        given = [f"{name}={value}" for name, value in labels.items()]
        done = subprocess.run(
            [AMTOOL, "config", "routes", "test", f"--config.file={path}", *given],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    return ask


def test_silence_is_what_rings(planned):
    alarm = planned.one(ALARM, "heartbeat").inputs
    assert alarm["treatMissingData"] == "breaching"
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 1)
    assert alarm["alarmActions"] == ["arn:aws:sns:us-east-1:111122223333:paved-foundation-prod-alerts"]


def test_cloudwatch_takes_the_alarm_and_counts_the_heartbeats_topic(planned):
    inputs = planned.one(ALARM, "heartbeat").inputs
    with MemoryAws() as memory:
        account = RehearsedAccount(memory)
        account.create(ALARM, dict(inputs), name="heartbeat")
        [found] = account.client("cloudwatch").describe_alarms(AlarmNames=[inputs["name"]])["MetricAlarms"]
    assert found["Dimensions"] == [{"Name": "TopicName", "Value": "paved-foundation-prod-heartbeat-alerts"}]
    assert (found["Period"], found["EvaluationPeriods"]) == (PERIOD_SECONDS, SILENT_PERIODS)
    assert found["TreatMissingData"] == "breaching"


def test_a_heartbeat_comes_in_every_period(configs):
    [route] = [each["spec"]["route"] for each in configs if each["metadata"]["name"] == "heartbeat"]
    # It is repeated at the first look after `repeatInterval`, which is a `groupInterval` late at most.
    latest = int(route["repeatInterval"][:-1]) + int(route["groupInterval"][:-1])
    assert latest * 60 <= PERIOD_SECONDS


def test_alertmanager_may_publish_its_heartbeat():
    publish = Request(action="sns:Publish", resource=heartbeat_arn(ACCOUNT, STACK))
    assert decides(alert_policy(ACCOUNT), publish) == "allow"


def test_the_watchdog_is_the_heartbeat_and_reaches_nobody_else(told):
    assert told(alertname="Watchdog", severity="none") == "monitoring/heartbeat/heartbeat"


def test_no_other_alert_passes_for_a_heartbeat(told):
    assert told(alertname="KarpenterDown", severity="page") == "monitoring/alerts/page"
    assert told(alertname="InfoInhibitor", severity="none") == "null"
