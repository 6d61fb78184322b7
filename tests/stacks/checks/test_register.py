import copy
import typing

import pytest

from stacks.checks.register import (
    ADDRESSES,
    a_hardened_foundation_has_a_register,
    a_team_is_registered_once,
    addresses,
    domains_and_reviewers_are_named_once,
    mail_goes_to_known_domains,
    teams_are_as_registered,
)
from stacks.schema import Foundation, Platform, Team
from stacks.schema.base import Email
from tests.stacks.checks.registered import checks_of
from tests.stacks.fields import sections

VISION = {"team": "vision", "cost_center": "CC-2040", "reviewers": ["@example/vision"]}
REVIEWERS = {"platform": ["@example/p"], "finance": ["@example/f"], "security": ["@example/s"]}


def register(*teams, domains=("example.com",)):
    return {"mail_domains": list(domains), "reviewers": REVIEWERS, "teams": list(teams)}


@pytest.fixture
def registered(valid):
    """The three stacks, with the team as the foundation registers it, and with changes to the team's file."""

    def make(entry=VISION, *, domains=("example.com",), **changes):
        foundation = valid.foundation({"organisation": register(entry, domains=domains)})
        paths = {path.replace("__", "."): value for path, value in changes.items()}
        return valid.organisation(foundation_prod=foundation, vision_prod=valid.team(paths))

    return make


@pytest.mark.parametrize(
    ("place", "value", "says_where"),
    [
        ("organisation.mail_domains", ["example.com", "Example.com"], "organisation.mail_domains[1]"),
        ("organisation.reviewers.finance", ["@example/f", "@example/f"], "organisation.reviewers.finance[1]"),
        ("organisation.teams.0.reviewers", ["@a/b", "@a/c", "@a/b"], "organisation.teams[0].reviewers[2]"),
        ("organisation.teams.0.mail_domains", ["a.b", "a.b"], "organisation.teams[0].mail_domains[1]"),
    ],
)
def test_what_stands_twice_in_a_list_is_refused(valid, says, place, value, says_where):
    data = {"organisation": copy.deepcopy(register(VISION)), place: value}
    [problem] = says(domains_and_reviewers_are_named_once, valid.foundation(data))
    assert problem.startswith(f"`{says_where}` is `{value[-1]}`, as entry 1")


@pytest.mark.parametrize("check", checks_of("register"))
def test_good_stacks_pass(registered, says, check):
    assert says(check, registered()) == []


@pytest.mark.parametrize("check", checks_of("register"))
def test_without_a_register_nothing_is_held_to_it(valid, says, check):
    assert says(check, valid.organisation()) == []


def test_a_hardened_foundation_has_a_register(valid, says):
    assert says(a_hardened_foundation_has_a_register, valid.foundation()) == []
    hardened = valid.foundation({"security": "hardened"})
    assert says(a_hardened_foundation_has_a_register, hardened) == [
        "`paved:organisation` is needed where `security` is `hardened`: mail domains, reviewers and teams"
    ]
    kept = valid.foundation({"security": "hardened", "organisation": register(VISION)})
    assert says(a_hardened_foundation_has_a_register, kept) == []


def test_a_team_is_registered_once(valid, says):
    twice = valid.foundation({"organisation": register(VISION, {**VISION, "cost_center": "CC-9999"})})
    assert says(a_team_is_registered_once, twice) == [
        "`organisation.teams[1].team` is `vision`, as entry 1 of the list is: keep one"
    ]


def test_another_teams_cost_center_is_refused(registered, says):
    assert says(teams_are_as_registered, registered(owner__cost_center="CC-1001")) == [
        "vision-prod: `owner.cost_center` must be CC-2040, as `foundation-prod` registers `vision`, got CC-1001"
    ]


def test_a_team_that_nobody_registered_is_refused(registered, says):
    assert says(teams_are_as_registered, registered({**VISION, "team": "speech"})) == [
        "vision-prod: `owner.team` is `vision`, which `foundation-prod` does not register: it registers `speech`"
    ]


def test_a_level_below_the_registered_one_is_refused(registered, says):
    entry = {**VISION, "security": "hardened"}
    assert says(teams_are_as_registered, registered(entry)) == [
        "vision-prod: `paved:security` must be at least `hardened`, as `foundation-prod` registers `vision`, "
        "got `standard`"
    ]
    assert says(teams_are_as_registered, registered(entry, security="regulated")) == []


def test_a_freeze_that_is_gone_or_late_is_refused(registered, says):
    entry = {**VISION, "freeze_percent": 110}
    assert says(teams_are_as_registered, registered(entry)) == [
        "vision-prod: `budget.freeze` is needed at 110 percent or earlier, as `foundation-prod` registers `vision`"
    ]
    assert says(teams_are_as_registered, registered(entry, budget__freeze={"percent": 111})) == [
        "vision-prod: `budget.freeze.percent` must be at most 110, as `foundation-prod` registers `vision`, got 111"
    ]
    assert says(teams_are_as_registered, registered(entry, budget__freeze={"percent": 110})) == []


def test_a_team_without_pools_needs_no_freeze(valid, registered, says):
    gone = {"training": valid.absent}
    assert says(teams_are_as_registered, registered({**VISION, "freeze_percent": 110}, **gone)) == []


def test_mail_to_a_domain_outside_is_refused_wherever_it_stands(registered, says):
    found = says(
        mail_goes_to_known_domains,
        registered(
            owner__email="me@mail.example",
            budget__notify=["vision@example.com", "me@sub.example.com"],
            monitoring__notify=["me@EXAMPLE.com", "me@example.com.evil.example"],
        ),
    )
    assert found == [
        "vision-prod: `owner.email` is `me@mail.example`, which is outside the mail domains `example.com`",
        "vision-prod: `monitoring.notify[1]` is `me@example.com.evil.example`, which is outside the mail domains "
        "`example.com`",
        "vision-prod: `budget.notify[1]` is `me@sub.example.com`, which is outside the mail domains `example.com`",
    ]


def test_shared_stacks_are_held_to_the_domains_too(registered, says):
    found = says(mail_goes_to_known_domains, registered(domains=("other.example",)))
    assert {message.partition(":")[0] for message in found} == {
        "foundation-prod",
        "platform-prod",
        "vision-prod",
    }


def test_a_team_may_have_a_domain_of_its_own(registered, says):
    entry = {**VISION, "mail_domains": ["partner.example"]}
    assert says(mail_goes_to_known_domains, registered(entry, owner__email="a@partner.example")) == []


def holds_an_address(annotation):
    return annotation == Email or any(map(holds_an_address, typing.get_args(annotation)))


def typed_fields(section):
    for name, annotation in typing.get_type_hints(section, include_extras=True).items():
        if name in section.model_fields:
            yield name, annotation
        for inner in sections(annotation):
            yield from typed_fields(inner)


@pytest.mark.parametrize("kind", [Foundation, Platform, Team])
def test_every_field_of_addresses_is_looked_at(kind):
    """A field of another name would be passed over."""
    holding = {name for name, annotation in typed_fields(kind) if holds_an_address(annotation)}
    assert holding == {*ADDRESSES} & {name for name, _ in typed_fields(kind)}


def test_an_address_is_found_with_its_place(valid):
    assert dict(addresses(valid.team())) == {
        ("owner", "email"): "vision@example.com",
        ("monitoring", "notify", 0): "vision@example.com",
        ("budget", "notify", 0): "vision@example.com",
        ("budget", "notify", 1): "finops@example.com",
    }
