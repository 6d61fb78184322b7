"""The reference page of alerts is written from the rules and routes that a plan has."""

import os
from pathlib import Path

from tests.docs import test_runbooks
from tests.docs.alerts_page import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "alerts.md"
alerts = test_runbooks.alerts
"""The fixture of all alerts."""


def test_the_page_has_every_alert_as_the_rules_have_it(alerts):
    text = page(alerts, test_runbooks.RUNBOOKS)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, (
        "write it anew with `UPDATE_GOLDEN=1 pytest tests/docs/test_alerts_page.py`"
    )


def test_a_runbook_that_no_rule_has_is_said_to_be_mailed(alerts):
    some = {name: rule for name, rule in alerts.items() if name != "KueueDown"}
    _, mailed = page(some, test_runbooks.RUNBOOKS).split("## What AWS finds")
    assert "KueueDown" in mailed
    assert all(name in mailed for name in test_runbooks.MAILED)
