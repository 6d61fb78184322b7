"""Who is told of alerts, and which secrets to bring, as a plan prints them."""

import pytest

from stacks.program.told import secret_rows, told_rows
from stacks.schema.alerting import MaintenanceWindow, ReceiverSpec


@pytest.fixture
def team(planner):
    return planner.config("vision-prod").stack


def with_monitoring(team, **changes):
    return team.model_copy(update={"monitoring": team.monitoring.model_copy(update=changes)})


def test_a_page_comes_at_any_hour_and_a_ticket_in_hours(team):
    rows = dict(told_rows(team))
    assert rows["page"] == "mail, vision-primary (pagerduty), vision-chat (slack); again after 1h"
    assert rows["ticket"] == (
        "mail, and from monday to friday, 08:00 to 17:00 UTC, vision-chat (slack); again after 24h"
    )
    assert "page-in-hours" not in rows  # its endpoint is of tier 1
    assert rows["mail"] == "ml-vision@example.com, vision-oncall@example.com"


def test_without_receivers_mail_is_all(team, planner):
    assert dict(told_rows(with_monitoring(team, receivers=(), hours=None)))["page"].startswith("mail alone")
    rows = dict(told_rows(planner.config("platform-prod").stack))
    assert rows["mail"] == "the owner of foundation-prod"


def test_a_team_without_monitoring_is_told_that_nobody_hears(team):
    assert [row[0] for row in told_rows(team.model_copy(update={"monitoring": None}))] == ["nobody"]


def test_planned_work_is_told(team):
    work = MaintenanceWindow(
        start="2026-12-15T08:00Z", end="2026-12-15T12:00Z", reason="new drivers", owner="ines"
    )
    rows = dict(told_rows(with_monitoring(team, maintenance=(work,))))
    assert rows["silent"] == "2026-12-15T08:00Z to 2026-12-15T12:00Z, mail too: new drivers (ines)"


def test_one_day_of_the_week_is_named_once(team):
    hours = team.monitoring.hours.model_copy(update={"last_day": "monday"})
    assert "from monday, 08:00" in dict(told_rows(with_monitoring(team, hours=hours)))["ticket"]


def test_a_stack_of_which_nothing_is_in_the_cluster_has_no_alerts(planner, team):
    assert list(told_rows(planner.config("foundation-prod").stack)) == []
    bare = {"training": None, "serving": None, "data": None, "notebooks": None}
    assert list(told_rows(team.model_copy(update=bare))) == []


def test_a_plan_names_each_secret_and_where_it_goes(planner):
    rows = list(secret_rows("vision-prod", planner.config("vision-prod").stack))
    assert rows[0] == (
        "vision-prod/pager",
        "for alerts to vision-primary (pagerduty): copied to the Secret alerts-pager in namespace vision-prod",
    )
    assert rows[-1] == ("vision-prod/sign-in", "for signing in to notebooks: read from there")


def test_a_platforms_secrets_lie_where_its_alerts_are(planner):
    platform = planner.config("platform-prod").stack
    pager = ReceiverSpec(name="platform-primary", kind="opsgenie", secret_name="genie", takes=("page",))
    monitoring = platform.monitoring.model_copy(update={"receivers": (pager,)})
    rows = dict(secret_rows("platform-prod", platform.model_copy(update={"monitoring": monitoring})))
    assert rows["platform-prod/genie"].endswith("the Secret alerts-genie in namespace monitoring")
    assert rows["platform-prod/dashboards"].endswith("the Secret grafana-sign-in in namespace monitoring")


def test_one_secret_of_two_receivers_is_brought_once(planner):
    team = planner.config("vision-prod").stack
    both = tuple(each.model_copy(update={"secret_name": "chat"}) for each in team.monitoring.receivers)
    monitoring = team.monitoring.model_copy(update={"receivers": both})
    rows = dict(secret_rows("vision-prod", team.model_copy(update={"monitoring": monitoring})))
    assert "vision-primary (pagerduty), vision-chat (slack)" in rows["vision-prod/chat"]


def test_a_foundation_and_a_stack_without_receivers_name_none(planner):
    for name in ("foundation-prod", "platform-dev"):
        assert list(secret_rows(name, planner.config(name).stack)) == []
