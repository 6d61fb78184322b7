import pytest

from stacks.schema.security_level import has_private_mlflow, is_on, scanning_of, signatures_required


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
        ("hardened", None, False),
        ("hardened", True, True),
        ("regulated", None, True),
        ("regulated", False, False),
    ],
)
def test_mlflow_is_reached_inside_the_vpc_of_a_regulated_foundation(valid, security, given, private):
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
