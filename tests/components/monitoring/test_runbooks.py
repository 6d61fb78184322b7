from components.monitoring.alerts import Alert, alert_group
from components.monitoring.runbooks import opened, runbook, runbook_url


def test_an_alert_has_the_path_and_the_address_of_its_page():
    alert = Alert(name="Down", expression="up", duration="1m", severity="page", summary="", action="")
    (rule,) = alert_group("group", [alert], team="platform")["rules"]
    assert rule["annotations"]["runbook"] == runbook("Down") == "docs/runbooks/Down.md"
    assert rule["annotations"]["runbook_url"] == runbook_url("Down")


def test_a_message_names_the_page_by_its_address_where_there_is_one():
    said = "Somebody did. What to do: docs/runbooks/BreakGlassUsed.md"
    assert opened(said, "") == said
    assert opened(said, "https://git.example.com/r").endswith("https://git.example.com/r/BreakGlassUsed.md")
