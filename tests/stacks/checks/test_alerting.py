import pytest
from pydantic import ValidationError

from stacks.checks.alerting import (
    a_chat_has_a_channel,
    a_route_takes_every_alert,
    an_alert_reaches_every_route,
    an_escalation_names_somebody,
    hours_and_receivers_belong_together,
    planned_work_ends,
    planned_work_is_short,
    receivers_have_names_of_their_own,
)
from stacks.schema.alerting import ReceiverSpec
from tests.stacks.every_setting import OPTIONAL

WINDOW = {
    "start": "2026-12-15T08:00Z",
    "end": "2026-12-15T12:00Z",
    "reason": "new drivers",
    "owner": "ines",
}


def pager(**changes):
    made = {"name": "vision-primary", "kind": "pagerduty", "secret_name": "pager", "takes": ["page"]}
    return {**made, **changes}


@pytest.fixture
def team(valid):
    """A team whose escalation policy is `vision-primary`, with some receivers and changes."""

    def make(*receivers, **changes):
        owner = {"owner.escalation": "vision-primary", "monitoring.receivers": list(receivers)}
        return valid.team({**owner, **changes})

    return make


def test_without_receivers_mail_is_enough(team, says):
    assert says(an_escalation_names_somebody, team()) == []
    assert says(a_route_takes_every_alert, team()) == []


def test_an_escalation_that_names_nobody_is_refused(team, says):
    assert says(an_escalation_names_somebody, team(pager())) == []
    assert says(an_escalation_names_somebody, team(pager(name="vision-primry"))) == [
        "`owner.escalation` must name one of `monitoring.receivers`, `vision-primry`, got `vision-primary`; "
        "did you mean `vision-primry`?: as it is, it calls nobody"
    ]


def test_an_escalation_that_no_page_reaches_is_refused(team, says):
    assert says(an_escalation_names_somebody, team(pager(takes=["ticket"]))) == [
        "`monitoring.receivers[0].takes` must have `page`: `owner.escalation` names this receiver"
    ]


def test_a_route_that_no_alert_reaches_is_refused(team, says):
    """The endpoint is of tier 1: of page-in-hours there is none."""
    (message,) = says(an_alert_reaches_every_route, team(pager(takes=["page", "page-in-hours"])))
    assert message == (
        "`monitoring.receivers[0].takes[1]` is `page-in-hours`, which no alert of this stack is: "
        "`page-in-hours` is for endpoints and data of tier 2, for monitors that ask for it and for `budget.rate`"
    )


def test_an_alert_that_no_route_takes_is_refused(team, says):
    assert says(a_route_takes_every_alert, team(pager())) == []
    (message,) = says(a_route_takes_every_alert, team(pager(takes=["ticket"])))
    assert message.startswith("`monitoring.receivers` must have one that takes `page`")


def test_a_receiver_of_a_platform_is_held_to_the_platforms_alerts(valid, says):
    """Of certificates and of the cluster's storage somebody is told in hours."""
    platform = valid.platform({"monitoring.receivers": [pager(takes=["page-in-hours"])]})
    assert says(an_alert_reaches_every_route, platform) == []
    (message,) = says(a_route_takes_every_alert, platform)
    assert "takes `page`," in message
    (message,) = says(
        a_route_takes_every_alert, valid.platform({"monitoring.receivers": [pager(takes=["page"])]})
    )
    assert "takes `page-in-hours`," in message


@pytest.mark.parametrize(
    "changes",
    [
        {"serving.endpoints.0.tier": 2},
        {
            "monitoring.freshness": [
                {"name": "scores", "source": "table", "tier": 2, "percent": 99, "within_minutes": 60}
            ]
        },
        {"serving.endpoints.0.monitors": OPTIONAL["vision-prod"]["serving.endpoints.0.monitors"]},
        {"budget.rate": {"percent": 105}},
    ],
)
def test_what_is_told_in_hours_needs_a_route_of_its_own(team, says, changes):
    (message,) = says(a_route_takes_every_alert, team(pager(), **changes))
    assert "takes `page-in-hours`," in message
    assert says(an_alert_reaches_every_route, team(pager(takes=["page", "page-in-hours"]), **changes)) == []


def test_two_receivers_of_one_name_are_refused(team, says):
    assert len(says(receivers_have_names_of_their_own, team(pager(), pager()))) == 1
    assert len(says(receivers_have_names_of_their_own, team(pager(takes=["page", "page"])))) == 1


def test_slack_has_a_channel_and_nothing_else_has(team, says):
    slack = pager(kind="slack", channel="#ml-vision")
    assert says(a_chat_has_a_channel, team(slack)) == []
    assert len(says(a_chat_has_a_channel, team(pager(kind="slack")))) == 1
    assert len(says(a_chat_has_a_channel, team(pager(channel="#ml-vision")))) == 1


def test_working_hours_hold_something_back_and_end_after_they_begin(team, says):
    hours = {"monitoring.hours": {"start": "08:00", "end": "17:00"}}
    assert says(hours_and_receivers_belong_together, team(pager(takes=["page", "ticket"]), **hours)) == []
    assert len(says(hours_and_receivers_belong_together, team(pager(), **hours))) == 1
    wrong = {"start": "17:00", "end": "08:00", "first_day": "saturday", "last_day": "monday"}
    changes = {"monitoring.hours": wrong}
    assert (
        len(says(hours_and_receivers_belong_together, team(pager(takes=["page", "ticket"]), **changes))) == 2
    )


def windows(team, check, says, *found):
    return says(check, team(**{"monitoring.maintenance": [{**WINDOW, **each} for each in found]}))


def test_planned_work_ends_after_it_begins_and_has_a_name_of_its_own(team, says):
    assert windows(team, planned_work_ends, says, {}) == []
    assert len(windows(team, planned_work_ends, says, {"end": "2026-12-15T08:00Z"})) == 1
    assert len(windows(team, planned_work_ends, says, {}, {})) == 1


def test_planned_work_lasts_three_days_at_most(team, says):
    assert windows(team, planned_work_is_short, says, {"end": "2026-12-18T08:00Z"}) == []
    assert windows(team, planned_work_is_short, says, {"end": "2026-12-18T08:01Z"}) == [
        "`monitoring.maintenance` must leave 12 hours between windows and last 3 days at most, got "
        "2026-12-15T08:00Z to 2026-12-18T08:01Z: who would look?"
    ]


def test_windows_that_follow_each_other_are_one(team, says):
    nights = [
        {"start": f"2026-12-{day}T22:00Z", "end": f"2026-12-{day + 1}T04:00Z"} for day in (14, 15, 16, 17)
    ]
    assert windows(team, planned_work_is_short, says, *nights) == []
    rest = {"start": "2026-12-15T12:00Z", "end": "2026-12-18T06:00Z"}
    assert len(windows(team, planned_work_is_short, says, nights[0], rest)) == 1


KEYS = {
    "pagerduty": "0123456789abcdef" * 2,
    "opsgenie": "01234567-89ab-4cde-8f01-23456789abcd",
    "slack": "https://hooks.slack.com/services/T0/B0/made-up",
    "teams": "https://example.webhook.office.com/webhookb2/made-up",
}
"""Made up, in the forms that the services give."""


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_in_the_place_of_its_name_is_refused(kind):
    with pytest.raises(ValidationError):
        ReceiverSpec(name="pager", kind=kind, secret_name=KEYS[kind], takes=("page",))
