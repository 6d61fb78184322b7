"""The foundation and the platform that a first team stands on, from a platform team's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from paved.edit.stack_template import stack_text
from paved.init.answers import InitAnswers
from reference.releases import releases
from stacks.reading.problems import file_name

OPEN_USD = Decimal(99_999_999)
"""Stands for the ceiling of an account until the first team's budget is known."""
UNREGULATED = ("public", "internal", "confidential")


@dataclass(frozen=True, kw_only=True)
class BaseStacks:
    """A foundation and its platform: the answers, the teams, and the accelerators that these are promised."""

    answers: InitAnswers
    capacity: Sequence[Mapping[str, Any]]
    teams: Sequence[Mapping[str, Any]] = ()
    ceiling: Decimal = OPEN_USD

    @property
    def foundation(self) -> str:
        """The name of the foundation."""
        return f"foundation-{self.answers.name}"

    @property
    def platform(self) -> str:
        """The name of the platform."""
        return f"platform-{self.answers.name}"

    @property
    def texts(self) -> Mapping[str, str]:
        """Both stack files by name."""
        answers = self.answers
        context = {
            "answers": answers,
            "release": releases()[-1].name,
            "capacity": self.capacity,
            "teams": self.teams,
            "ceiling": self.ceiling,
            "mail_domains": [answers.email.partition("@")[2]],
            "data_classes": UNREGULATED,
        }
        return {
            file_name(self.foundation): stack_text("paved.init", "foundation", context),
            file_name(self.platform): stack_text("paved.init", "platform", context),
        }
