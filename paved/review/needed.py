"""Reviews that a change of stack files needs. The register before the change names the reviewers, not the one after."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from paved.git import stacks_at
from paved.review.changes import FieldChange, changes
from paved.review.release_moves import ReleaseMove, release_moves
from paved.review.roles import Role, concerned, owner_of
from policies.settings import FILE as POLICY_FILE
from stacks.checks.folder import Folder
from stacks.checks.organisation import Organisation
from stacks.checks.register import entry_of, register_above, registers_of, security_reviewers
from stacks.schema import Stack
from stacks.schema.organisation import OrganisationSpec

OWN_FILE = "it is their own file"
RULES_CHANGE = "it decides which rules hold, and who is excused"


@dataclass(frozen=True, kw_only=True)
class ReviewNeeded:
    """One role that has to agree to one change. `reviewers` are empty where no register names them."""

    change: FieldChange
    role: Role
    reviewers: tuple[str, ...]
    because: str


@dataclass(frozen=True, kw_only=True)
class ReviewsNeeded:
    """Reviews that a change of stack files needs, and the releases that it moves stacks to."""

    needed: tuple[ReviewNeeded, ...]
    moves: tuple[ReleaseMove, ...]

    def of(self, names: Collection[str]) -> "ReviewsNeeded":
        """The part of some stacks."""
        needed = tuple(each for each in self.needed if each.change.stack in names)
        moves = tuple(move for move in self.moves if {*names} & {*move.stacks})
        return ReviewsNeeded(needed=needed, moves=moves)


def reviews_needed(folder: Path, after: Organisation, revision: str) -> ReviewsNeeded:
    """The reviews that the stacks of a folder need against a git revision. Raises BadInput and ConfigError."""
    with stacks_at(revision, folder) as earlier:
        return reviews_between(earlier, folder, Folder.read(earlier, may_be_empty=True).organisation, after)


def reviews_between(earlier: Path, folder: Path, before: Organisation, after: Organisation) -> ReviewsNeeded:
    """The reviews that the stacks of a folder need against those of an earlier one.

    Files with mistakes of their own count as absent: nobody can agree to what cannot be read.
    """
    found = tuple(_of_stacks(before, after))
    if _text(earlier / POLICY_FILE) != _text(folder / POLICY_FILE):
        found += (_of_rules(before),)
    return ReviewsNeeded(needed=found, moves=release_moves(before.stacks, after.stacks))


def _of_stacks(before: Organisation, after: Organisation) -> Iterator[ReviewNeeded]:
    for change in changes(before.stacks, after.stacks):
        # What a change takes away is judged as it was: a file that is gone has no kind any more.
        stack = before.stacks.get(change.stack) or after.stacks[change.stack]
        stands_on = before if change.stack in before.stacks else after
        register = register_above(change.stack, stands_on, registers_of(before))
        needs: dict[Role, str] = {owner_of(stack): OWN_FILE}
        for role, because in concerned(change, stack):
            needs.setdefault(role, because)
        for role, because in needs.items():
            reviewers = reviewers_of(role, stack, register)
            yield ReviewNeeded(change=change, role=role, reviewers=reviewers, because=because)


def reviewers_of(role: Role, stack: Stack, register: OrganisationSpec | None) -> tuple[str, ...]:
    """The reviewers of a role for a stack; none where no register names them."""
    if register is None:
        return ()
    if role == "team":
        entry = entry_of(register, stack.owner.team)
        return entry.reviewers if entry else ()
    reviewers: tuple[str, ...] = getattr(register.reviewers, role)
    return reviewers


def _of_rules(before: Organisation) -> ReviewNeeded:
    change = FieldChange(stack=POLICY_FILE, field="")
    reviewers = security_reviewers(before)
    return ReviewNeeded(change=change, role="security", reviewers=reviewers, because=RULES_CHANGE)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def reasons_by_review(needed: Sequence[ReviewNeeded]) -> dict[tuple[Role, tuple[str, ...]], tuple[str, ...]]:
    """The reasons of each review: of a role, whose reviewers differ from team to team and account to account."""
    found: dict[tuple[Role, tuple[str, ...]], dict[str, None]] = {}
    for each in needed:
        found.setdefault((each.role, each.reviewers), {})[each.because] = None
    return {review: tuple(reasons) for review, reasons in found.items()}
