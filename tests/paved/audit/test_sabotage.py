"""What somebody does to an account by hand is told, or the reason why it cannot be."""

import re
from fnmatch import fnmatchcase

import pytest

from tests.paved.audit.sabotage import SABOTAGES
from tests.paved.audit.sabotage.accounts import STACKS, accounts
from tests.paved.audit.sabotage.hand import Seen

CLAIMED = [each for each in SABOTAGES if each.seen]
LEFT_OUT = [each for each in SABOTAGES if each.unseen]


def tells(difference, seen):
    """Whether a difference is the one that a sabotage has to be seen as."""
    return (
        fnmatchcase(difference.kind, seen.kind)
        and (difference.severity, difference.concern) == (seen.severity, seen.concern)
        and fnmatchcase(difference.address, seen.address)
        and fnmatchcase(difference.property or "", seen.property or "")
    )


@pytest.fixture(scope="module")
def told(planner):
    """The differences of each stack before anybody did anything, and after everything was done."""
    with accounts(planner) as both:
        before = {name: both.audit(name) for name in STACKS}
        for each in SABOTAGES:
            each.change(both.hand(each.stack))
        yield before, {name: both.audit(name) for name in STACKS}


@pytest.mark.parametrize("name", STACKS)
def test_nothing_is_told_before_anything_was_done(name, told):
    before, _ = told
    assert before[name].differences == ()
    assert before[name].unread == ()


@pytest.mark.parametrize("done", CLAIMED, ids=lambda each: each.title)
def test_what_was_done_is_told(done, told):
    _, after = told
    for seen in done.seen:
        assert any(tells(each, seen) for each in after[done.stack].differences), seen


@pytest.mark.parametrize("name", STACKS)
def test_nothing_is_told_that_nobody_did(name, told):
    _, after = told
    expected = [seen for each in CLAIMED if each.stack == name for seen in each.seen]
    expected += ELSEWHERE
    strange = [each for each in after[name].differences if not any(tells(each, seen) for seen in expected)]
    assert strange == []
    assert after[name].unread == ()


ELSEWHERE = [
    # A boundary that is another one bounds the role by another; a rule that goes takes its parts along.
    Seen("changed", "low", "settings", "iam Role vision-prod-trainer-role", "description"),
    Seen("beside", "medium", "identity", "arn:aws:iam::111122223333:role/paved-vision-prod-theirs"),
    Seen("beside", "medium", "identity", "arn:aws:iam::111122223333:role/theirs/theirs-function"),
    Seen("beside", "low", "settings", "arn:aws:s3:::theirs-*"),
]
"""Differences that a sabotage has besides the ones that it is there for."""


def test_there_are_sixty_and_more_each_with_a_name_of_its_own():
    titles = [each.title for each in SABOTAGES]
    assert len(CLAIMED) >= 60
    assert len(set(titles)) == len(titles)
    assert all(len(each.unseen) > 20 for each in LEFT_OUT)
    assert not [title for title in titles if re.search(r"[`|\n]", title)]
