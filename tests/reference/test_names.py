"""Physical names are short enough, legal, and never shared by two different things."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.names import physical_name

SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,30}(-[a-z0-9]{1,30}){0,3}", fullmatch=True)
ENVIRONMENTS = st.sampled_from(["dev", "staging", "prod"])
TEAMS = SLUGS.filter(lambda slug: not {"dev", "staging", "prod"} & set(slug.split("-")))
LIMITS = st.integers(min_value=32, max_value=255)


@given(st.lists(SLUGS, min_size=1, max_size=4), LIMITS)
def test_a_name_fits_its_limit_and_stays_a_slug(parts, limit):
    name = physical_name(*parts, limit=limit)
    assert len(name) <= limit
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)


@given(st.tuples(TEAMS, ENVIRONMENTS, SLUGS), st.tuples(TEAMS, ENVIRONMENTS, SLUGS), LIMITS)
def test_two_different_things_of_two_stacks_never_share_a_name(one, other, limit):
    """A team's slug holds no environment, so the first one in a name ends the stack."""
    names = [
        physical_name(f"{team}-{environment}", role, limit=limit) for team, environment, role in (one, other)
    ]
    assert (names[0] == names[1]) == (one == other)


def test_names_that_differ_only_past_the_limit_stay_different():
    names = {
        physical_name("team-recommendation-engine", end, "models", limit=32)
        for end in ("eu-prod", "us-prod", "in-prod")
    }
    assert len(names) == 3
    assert all(len(name) == 32 for name in names)


def test_a_short_name_is_left_as_it_is():
    assert physical_name("vision-prod", "models", limit=63) == "paved-vision-prod-models"


@pytest.mark.parametrize("parts", [("a", ""), ("",)])
def test_an_empty_part_becomes_no_name(parts):
    with pytest.raises(ValueError, match="a name cannot have an empty part"):
        physical_name(*parts, limit=63)


def test_a_limit_without_room_for_a_digest_is_refused():
    with pytest.raises(ValueError, match="a limit of 19 leaves no room"):
        physical_name("a", limit=19)
