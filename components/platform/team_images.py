"""The images that the pods of a team may name."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class TeamImages:
    """The images that a team may run: of its own repositories in `registry`, and with one of the `shared` prefixes.

    `closed` refuses every other; otherwise only repositories of `account` are held apart.
    """

    account: str
    registry: str
    shared: Sequence[str] = field(default=())
    closed: bool

    def allows(self, image: str, namespace: str) -> bool:
        """Whether a namespace may run an image, as `own_images` says in CEL."""
        if image.startswith((f"{self.registry}/{namespace}/", *self.shared)):
            return True
        return not self.closed and not image.startswith(f"{self.account}.")

    def known(self, namespace: str) -> tuple[str, ...]:
        """The beginnings of images that a namespace may run, where the rest is closed."""
        return (f"{self.registry}/{namespace}/", *sorted(self.shared))
