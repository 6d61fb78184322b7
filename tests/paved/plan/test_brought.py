"""What a plan says of secrets that somebody has to bring."""

from paved.plan.brought import secret_rows
from stacks.schema.alerting import ReceiverSpec


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
    ((name, says),) = secret_rows("platform-prod", platform.model_copy(update={"monitoring": monitoring}))
    assert name == "platform-prod/genie"
    assert says.endswith("the Secret alerts-genie in namespace monitoring")


def test_one_secret_of_two_receivers_is_brought_once(planner):
    team = planner.config("vision-prod").stack
    both = tuple(each.model_copy(update={"secret_name": "chat"}) for each in team.monitoring.receivers)
    monitoring = team.monitoring.model_copy(update={"receivers": both})
    rows = dict(secret_rows("vision-prod", team.model_copy(update={"monitoring": monitoring})))
    assert "vision-primary (pagerduty), vision-chat (slack)" in rows["vision-prod/chat"]


def test_a_foundation_and_a_stack_without_receivers_name_none(planner):
    for name in ("foundation-prod", "platform-prod"):
        assert list(secret_rows(name, planner.config(name).stack)) == []
