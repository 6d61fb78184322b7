"""Rules of images: who demands signatures has a key that somebody may sign with."""

from collections.abc import Iterator

from stacks.problems import Problem, at
from stacks.rules.organisation import Finding, Organisation
from stacks.rules.repeats import repeats
from stacks.schema import Foundation
from stacks.security import signatures_required


def signers_are_named_once(stack: Foundation) -> Iterator[Problem]:
    """A role that stands twice is a slip."""
    yield from repeats(stack.images.signers, "images", "signers")


def signatures_can_be_made(organisation: Organisation) -> Iterator[Finding]:
    """Where only signed images run, somebody signs them."""
    foundations = organisation.foundations
    for name, platform in organisation.platforms.items():
        foundation = foundations.get(platform.foundation)
        if foundation and signatures_required(platform) and not foundation.images.signers:
            says = f"must name a role of CI: on `{name}` only signed images run, and nobody could sign one"
            yield platform.foundation, at("images", "signers", says=says)


IMAGE_RULES = (signers_are_named_once,)
IMAGE_RULES_OF_FOLDERS = (signatures_can_be_made,)
