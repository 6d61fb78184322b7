"""Who is told of an alert, by Alertmanager's own reading of the routes where amtool is installed."""

import shutil
import subprocess
from datetime import UTC, datetime
from itertools import pairwise

import pytest
import yaml

from components.monitoring.receivers import (
    AlertReceivers,
    AlertReceiversArgs,
    Receiver,
    receiver_spec,
    service,
)
from components.monitoring.routing import AlertRouting, AlertRoutingArgs, outside_teams
from components.monitoring.time_intervals import Hours, Window, days_of
from tests.components.monitoring.alertmanager_yml import alertmanager_yml

AMTOOL = shutil.which("amtool")
CONFIG = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
EVERYTHING = ("page", "page-in-hours", "ticket")
RECEIVERS = [
    Receiver(name="pager", kind="pagerduty", secret="pager", takes=["page"]),
    Receiver(name="genie", kind="opsgenie", secret="genie", takes=["page-in-hours"]),
    Receiver(name="chat", kind="slack", secret="chat", takes=EVERYTHING, channel="#ml-vision"),
    Receiver(name="room", kind="teams", secret="room", takes=["page"]),
    Receiver(name="desk", kind="servicenow", secret="desk", takes=["ticket"]),
    Receiver(name="board", kind="jira", secret="board", takes=["ticket"]),
]
HOURS = Hours(first_day="monday", last_day="friday", start="08:00", end="17:00")
WINDOW = Window(
    start=datetime(2026, 12, 30, 22, 30, tzinfo=UTC),
    end=datetime(2027, 1, 1, 6, 0, tzinfo=UTC),
    title="new drivers (ines)",
)
ARGS = AlertReceiversArgs(
    namespace="vision-prod",
    receivers=RECEIVERS,
    hours=HOURS,
    windows=[WINDOW],
    labels={"team": "vision"},
)
MAIL = {"topic_arn": "arn:aws:sns:us-east-1:111122223333:t", "region": "us-east-1", "labels": {}}


@pytest.fixture
def configs(plan_program):
    """The configurations of a platform and of a team on it, as objects."""

    def program():
        AlertRouting("team", AlertRoutingArgs(namespace="vision-prod", windows=[WINDOW], **MAIL))
        AlertReceivers("team", ARGS)
        AlertRouting("cluster", AlertRoutingArgs(namespace="monitoring", matchers=[outside_teams()], **MAIL))

    return [each.inputs for each in plan_program(program).of(CONFIG)]


@pytest.fixture
def amtool(tmp_path, configs):
    """Run amtool on the file of all configurations."""
    if AMTOOL is None:
        pytest.skip("amtool is not on PATH (Debian package `prometheus-alertmanager`)")
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(alertmanager_yml(configs)), encoding="utf-8")

    def run(*arguments):
        return subprocess.run(
            [
                AMTOOL,
                *arguments,
                *([str(path)] if arguments[0] == "check-config" else [f"--config.file={path}"]),
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def told(amtool, **labels):
    """The receivers that Alertmanager finds for an alert, without the prefix of their configuration."""
    done = amtool("config", "routes", "test", *(f"{name}={value}" for name, value in labels.items()))
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted(each.strip() for each in done.stdout.strip().split(","))


def test_alertmanager_takes_the_file(amtool):
    done = amtool("check-config")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("severity", "mail", "services"),
    [
        ("page", "page", ["chat", "pager", "room"]),
        ("critical", "page", ["chat", "pager", "room"]),
        ("page-in-hours", "page-in-hours", ["chat", "genie"]),
        ("ticket", "ticket", ["board", "chat", "desk"]),
        ("warning", "ticket", ["board", "chat", "desk"]),
    ],
)
def test_an_alert_of_a_team_reaches_its_mail_and_its_services(amtool, severity, mail, services):
    expected = [f"vision-prod/alerts/{mail}", *(f"vision-prod/receiver-{name}/{name}" for name in services)]
    assert told(amtool, namespace="vision-prod", severity=severity) == expected


def test_an_alert_of_the_cluster_reaches_the_platform_alone(amtool):
    assert told(amtool, alertname="KarpenterDown", severity="page") == ["monitoring/alerts/page"]


def test_an_alert_of_another_team_reaches_no_receiver_of_this_one(amtool):
    assert told(amtool, namespace="risk-prod", severity="page") == ["null"]


def test_the_watchdog_reaches_nobody(amtool):
    assert told(amtool, namespace="vision-prod", severity="none") == ["null"]
    assert told(amtool, alertname="Watchdog", severity="none") == ["null"]


def test_what_can_wait_waits_for_working_hours_and_a_page_does_not():
    routes = [route for each in RECEIVERS for route in receiver_spec(each, ARGS)["route"]["routes"]]
    waits = {(each["receiver"], "activeTimeIntervals" in each) for each in routes}
    assert {("pager", False), ("genie", True), ("desk", True), ("chat", True), ("chat", False)} <= waits
    assert ("pager", True) not in waits


def test_planned_work_silences_every_route_and_the_mail(configs):
    of_team = [each for each in configs if each["metadata"]["namespace"] == "vision-prod"]
    for each in of_team:
        top = each["spec"]["route"]
        for one in top["routes"]:
            assert one["muteTimeIntervals"] == [WINDOW.name]
    (mail,) = [each for each in of_team if each["metadata"]["name"] == "alerts"]
    assert mail["spec"]["route"]["muteTimeIntervals"] == [WINDOW.name]


def test_a_window_is_cut_at_each_midnight_and_misses_no_minute():
    pieces = [
        (each["years"], each["months"], each["daysOfMonth"][0]["start"], each["times"][0])
        for each in days_of(WINDOW)
    ]
    assert pieces == [
        (["2026"], ["12"], 30, {"startTime": "22:30", "endTime": "24:00"}),
        (["2026"], ["12"], 31, {"startTime": "00:00", "endTime": "24:00"}),
        (["2027"], ["1"], 1, {"startTime": "00:00", "endTime": "06:00"}),
    ]
    for before, after in pairwise(pieces):
        assert (before[3]["endTime"], after[3]["startTime"]) == ("24:00", "00:00")


def test_a_window_that_ends_at_midnight_has_no_empty_piece():
    window = Window(start=datetime(2026, 12, 1, tzinfo=UTC), end=datetime(2026, 12, 2, tzinfo=UTC), title="x")
    assert len(days_of(window)) == 1


def test_no_receiver_holds_a_secret_and_each_names_one_of_the_cluster():
    for each in RECEIVERS:
        (config,) = next(value for key, value in service(each).items() if key != "name")
        named = [value for value in config.values() if isinstance(value, dict)]
        assert named == [{"name": f"alerts-{each.secret}", "key": "value"}]


def test_a_message_links_to_the_runbook():
    for each in RECEIVERS[:4]:
        assert "runbook_url" in str(service(each))
