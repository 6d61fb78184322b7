"""CODEOWNERS of the stack files, made from the registers: GitHub and GitLab ask these people for a review."""

from paved.review.needed import reviewers_of
from paved.review.roles import owner_of
from policies.settings import FILE as POLICY_FILE
from stacks.checks.organisation import Organisation
from stacks.checks.register import register_above, security_reviewers
from stacks.reading.problems import file_name
from stacks.schema.organisation import OrganisationSpec


def codeowners(organisation: Organisation, folder: str) -> list[str]:
    """Lines of CODEOWNERS: the reviewers of each stack file, and of the policy's settings.

    Anybody of a line may approve, so a team's file names the team alone: `paved validate --against` says who else
    has to agree to what a change touches. A stack that no register covers has no line.
    """
    owners: list[tuple[str, tuple[str, ...]]] = []
    for name in sorted(organisation.stacks):
        if register := register_above(name, organisation):
            owners.append((f"/{folder}/{file_name(name)}", _owners(name, organisation, register)))
    owners.append((f"/{folder}/{POLICY_FILE}", security_reviewers(organisation)))
    lines = [(path.replace(" ", r"\ "), " ".join(dict.fromkeys(people))) for path, people in owners if people]
    width = max((len(path) for path, _ in lines), default=0)
    return [f"{path:<{width}}  {people}" for path, people in lines]


def _owners(name: str, organisation: Organisation, register: OrganisationSpec) -> tuple[str, ...]:
    stack = organisation.stacks[name]
    # A team that is not registered cannot approve its own way in.
    return reviewers_of(owner_of(stack), stack, register) or register.reviewers.platform
