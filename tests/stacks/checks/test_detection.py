import pytest

from stacks.checks.detection import dev_can_be_taken_down, options_have_a_subject


@pytest.mark.parametrize("security", ["standard", "hardened", "regulated"])
def test_a_file_that_says_nothing_is_right_at_every_level(valid, says, security):
    stack = valid.foundation({"security": security})
    assert says(options_have_a_subject, stack) == says(dev_can_be_taken_down, stack) == []


@pytest.mark.parametrize(
    ("option", "value", "without"),
    [
        ("trail_lock", "governance", "trail"),
        ("data_events", "all", "trail"),
        ("trail_log_days", 365, "trail"),
        ("unused_access_days", 90, "access_analyzer"),
        ("config_recording", "daily", "config"),
    ],
)
def test_an_option_of_what_is_not_made_here_is_refused(valid, says, option, value, without):
    said = {f"detection.{option}": value, "security": "regulated"}
    assert says(options_have_a_subject, valid.foundation(said)) == []
    elsewhere = valid.foundation({**said, f"detection.{without}": "organisation"})
    assert says(options_have_a_subject, elsewhere) == [
        f"`detection.{option}` has no effect while `detection.{without}` is `organisation`: leave it out"
    ]


def test_days_are_of_records_that_somebody_keeps(valid, says):
    said = {"detection.keep_days": 400, "detection.trail": "organisation"}
    (message,) = says(options_have_a_subject, valid.foundation(said))
    assert message.startswith("`detection.keep_days` has no effect")
    assert says(options_have_a_subject, valid.foundation({**said, "detection.config": "own"})) == []


def test_an_agent_needs_somebody_who_hears_it(valid, says):
    said = {"detection.runtime_monitoring": True}
    (message,) = says(options_have_a_subject, valid.foundation(said))
    assert "nobody would hear the agent" in message
    assert (
        says(options_have_a_subject, valid.foundation({**said, "detection.guardduty": "organisation"})) == []
    )


def test_records_of_dev_can_be_deleted(valid, says):
    said = {"detection.trail_lock": "compliance"}
    assert says(dev_can_be_taken_down, valid.foundation(said)) == []
    assert says(dev_can_be_taken_down, valid.foundation({**said, "environment": "dev"})) == [
        "`detection.trail_lock` must not be `compliance` in dev: nobody could delete the bucket for 400 days"
    ]
