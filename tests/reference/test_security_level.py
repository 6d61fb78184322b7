import pytest

from reference.security_level import LEVELS, reaches


def test_a_level_reaches_itself_and_those_below():
    reached = [[floor for floor in LEVELS if reaches(level, floor)] for level in LEVELS]
    assert reached == [["standard"], ["standard", "hardened"], ["standard", "hardened", "regulated"]]


def test_what_is_no_level_reaches_nothing():
    with pytest.raises(ValueError):
        reaches("hard", "standard")
