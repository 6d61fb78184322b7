import pytest

from stacks.checks.security import a_base_promises_as_much, regulated_data_is_held_securely


def test_a_stack_promises_no_more_than_its_base(valid, says):
    organisation = valid.organisation(
        foundation_prod=valid.foundation({"security": "standard"}),
        platform_prod=valid.platform({"security": "hardened"}),
        vision_prod=valid.team({"security": "regulated"}),
    )
    assert says(a_base_promises_as_much, organisation) == [
        "platform-prod: `paved:security` must be at most `standard`, which `foundation-prod` below it promises, "
        "got `hardened`",
        "vision-prod: `paved:security` must be at most `hardened`, which `platform-prod` below it promises, "
        "got `regulated`",
    ]


@pytest.mark.parametrize("team", ["standard", "hardened", "regulated"])
def test_a_stack_may_promise_what_its_base_does_or_less(valid, says, team):
    organisation = valid.organisation(
        foundation_prod=valid.foundation({"security": "regulated"}),
        platform_prod=valid.platform({"security": "regulated"}),
        vision_prod=valid.team({"security": team}),
    )
    assert says(a_base_promises_as_much, organisation) == []


def test_regulated_data_asks_for_more_than_the_standard(valid):
    team = valid.team({"data_class": "regulated"})
    platform = valid.platform({"tenancy.data_classes": ["internal", "regulated"]})
    for stack in (team, platform):
        (problem,) = regulated_data_is_held_securely(stack)
        assert problem.path == ("security",)
        assert problem.message.endswith("must be at least `hardened` for regulated data, got `standard`")


@pytest.mark.parametrize("security", ["hardened", "regulated"])
def test_regulated_data_rests_from_hardened_on(valid, security):
    assert not list(
        regulated_data_is_held_securely(valid.team({"data_class": "regulated", "security": security}))
    )


def test_data_of_other_classes_rests_anywhere(valid):
    assert not list(regulated_data_is_held_securely(valid.team({"data_class": "confidential"})))
    assert not list(regulated_data_is_held_securely(valid.platform()))
