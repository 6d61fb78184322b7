import pytest

from stacks.schema.security_level import (
    detection_options,
    has_private_mlflow,
    is_on,
    scanning_of,
    signatures_required,
)

OF_ITS_OWN = {
    "standard": {"trail"},
    "hardened": {"trail", "guardduty", "access_analyzer"},
    "regulated": {"trail", "guardduty", "access_analyzer", "config"},
}


@pytest.mark.parametrize(("security", "on"), [("standard", False), ("hardened", True), ("regulated", True)])
def test_an_option_that_is_left_out_follows_the_level(valid, security, on):
    assert is_on(None, valid.foundation({"security": security}), since="hardened") is on


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("security", ["standard", "regulated"])
def test_an_option_that_is_given_stays_as_it_is(valid, security, given):
    assert is_on(given, valid.foundation({"security": security}), since="hardened") is given


def test_a_stack_that_promises_nothing_promises_the_standard(valid):
    assert {valid.foundation().security, valid.platform().security, valid.team().security} == {"standard"}


@pytest.mark.parametrize(
    ("security", "given", "private"),
    [
        ("standard", None, False),
        ("standard", True, True),
        ("hardened", None, True),
        ("regulated", None, True),
        ("regulated", False, False),
    ],
)
def test_mlflow_is_reached_inside_the_vpc_of_a_hardened_foundation(valid, security, given, private):
    changes = {} if given is None else {"network.private_mlflow": given}
    assert has_private_mlflow(valid.foundation({"security": security, **changes})) is private


@pytest.mark.parametrize(
    ("security", "required"), [("standard", False), ("hardened", False), ("regulated", True)]
)
def test_only_signed_images_run_where_regulated_is_promised(valid, security, required):
    assert signatures_required(valid.platform({"security": security})) is required


def test_signatures_can_be_required_at_any_level(valid):
    assert signatures_required(valid.platform({"signatures": {"required": True}}))


@pytest.mark.parametrize(
    ("security", "scanning"), [("standard", "basic"), ("hardened", "enhanced"), ("regulated", "enhanced")]
)
def test_images_are_scanned_again_where_hardened_is_promised(valid, security, scanning):
    assert scanning_of(valid.foundation({"security": security})) == scanning


def test_scanning_that_is_given_stays_as_it_is(valid):
    stack = valid.foundation({"security": "hardened", "images": {"scanning": "elsewhere"}})
    assert scanning_of(stack) == "elsewhere"


@pytest.mark.parametrize(("security", "own"), OF_ITS_OWN.items())
def test_a_level_decides_what_an_account_keeps_of_its_own(valid, security, own):
    decided = detection_options(valid.foundation({"security": security}))
    every = OF_ITS_OWN["regulated"]
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
    for security in OF_ITS_OWN:
        decided = detection_options(valid.foundation({"security": security, **said}))
        assert (decided.trail, decided.lock, decided.data_events) == ("organisation", None, "off")
        assert decided.config == "own"


def test_the_agent_runs_with_a_detector_of_the_accounts_own_or_if_asked(valid):
    def runs(**said):
        changes = {f"detection.{key}": value for key, value in said.items()}
        return detection_options(valid.foundation({"security": "hardened", **changes})).runtime_monitoring

    assert runs()
    assert not runs(guardduty="organisation")
    assert runs(guardduty="organisation", runtime_monitoring=True)
    assert not runs(runtime_monitoring=False)
