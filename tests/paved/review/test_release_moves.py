"""A stack that changes its release is told what goes by itself, what somebody does, and what keeps it back."""

import pytest

from paved.review.release_moves import release_moves
from paved.review.release_view import moves_data, moves_view
from reference.releases import release
from tests.reference.following_row import BEFORE, following, record

NEXT = following()
LATER = following(name="2027.05", transitions=())
ROWS = (BEFORE, NEXT, LATER)


@pytest.fixture
def moved(valid):
    """The stacks of a folder, of which those with a release have another one."""

    def move(release):
        return {
            name: stack.model_copy(update={"release": release}) if hasattr(stack, "release") else stack
            for name, stack in valid.organisation().stacks.items()
        }

    return move


def moves(moved, before, after, rows=ROWS):
    return release_moves(moved(before), moved(after), rows)


def test_what_keeps_its_release_moves_nothing(moved):
    assert moves(moved, "2026.11", "2026.11") == ()


def test_foundation_and_platform_move_as_one(moved):
    [move] = moves(moved, "2026.11", "2027.02")
    assert move.stacks == ("foundation-prod", "platform-prod")
    assert move.refused == ()
    assert [each.pin for each in move.of("manual")] == ["kubernetes", "charts.kserve-crd"]


def test_a_new_stack_and_one_that_is_gone_move_nothing(moved):
    before, after = moved("2026.11"), moved("2027.02")
    del before["foundation-prod"], after["platform-prod"]
    assert release_moves(before, after, ROWS) == ()


def test_the_steps_are_told_in_their_order(moved, golden):
    [move] = moves(moved, "2026.11", "2027.02")
    golden("review/release-move.txt", moves_view([move]) + "\n")


def test_a_blocked_pin_refuses_the_move(moved):
    blocked = following(record("charts.keda", verdict="blocked", reason="its triggers are lost"))
    [move] = moves(moved, "2026.11", "2027.02", (BEFORE, blocked))
    assert move.refused == ("`charts.keda`: its triggers are lost",)
    assert "  refused\n    `charts.keda`: its triggers are lost" in moves_view([move])


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("2026.11", "2027.05", "move to 2027.02 first"),
        ("2027.02", "2026.11", "no record leads back"),
        ("2026.05", "2026.11", "2026.05 is no release of this version"),
    ],
)
def test_a_way_that_nothing_records_is_refused(moved, before, after, says):
    [move] = moves(moved, before, after)
    assert says in move.refused[0]
    assert move.transitions == ()


def test_data_holds_the_records_whole(moved):
    [data] = moves_data(moves(moved, "2026.11", "2027.02"))
    assert [each["pin"] for each in data["transitions"]] == [each.pin for each in NEXT.transitions]
    assert data["transitions"][0]["after_up"] == ["move add-ons to what EKS recommends for 1.36"]


def test_by_default_the_rows_are_those_of_the_matrix(moved):
    row = release("2026.11").name
    assert release_moves(moved(row), moved(row)) == ()
