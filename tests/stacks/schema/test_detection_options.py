import pytest

from stacks.schema.detection_options import detection_options

MADE = {
    "standard": {"trail"},
    "hardened": {"trail", "guardduty", "access_analyzer"},
    "regulated": {"trail", "guardduty", "access_analyzer", "config"},
}


@pytest.mark.parametrize(("security", "own"), MADE.items())
def test_a_level_decides_what_an_account_keeps_of_its_own(valid, security, own):
    decided = detection_options(valid.foundation({"security": security}))
    every = MADE["regulated"]
    assert {what for what in every if getattr(decided, what) == "own"} == own
    assert {what for what in every if getattr(decided, what) == "off"} == every - own


@pytest.mark.parametrize(
    ("security", "lock", "events"),
    [("standard", None, "off"), ("hardened", "governance", "writes"), ("regulated", "governance", "all")],
)
def test_a_level_decides_what_a_trail_records_and_whether_it_is_locked(valid, security, lock, events):
    decided = detection_options(valid.foundation({"security": security}))
    assert (decided.lock, decided.data_events) == (lock, events)


def test_what_the_file_says_stays_so_at_every_level(valid):
    said = {
        "detection.trail": "organisation",
        "detection.trail_lock": "off",
        "detection.data_events": "off",
        "detection.config": "own",
    }
    for security in MADE:
        decided = detection_options(valid.foundation({"security": security, **said}))
        assert (decided.trail, decided.lock, decided.data_events) == ("organisation", None, "off")
        assert decided.config == "own"


def test_the_agent_runs_where_the_detector_is_the_accounts_own_or_the_file_says_so(valid):
    def runs(**said):
        changes = {f"detection.{key}": value for key, value in said.items()}
        return detection_options(valid.foundation({"security": "hardened", **changes})).runtime_monitoring

    assert runs()
    assert not runs(guardduty="organisation")
    assert runs(guardduty="organisation", runtime_monitoring=True)
    assert not runs(runtime_monitoring=False)
