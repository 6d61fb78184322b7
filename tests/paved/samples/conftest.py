"""The sample jobs of a sample stack, and the pods that their controllers make of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from paved.plan.planner import Planner
from paved.samples.samples import samples
from paved.samples.workplace import Workplace, workplace
from stacks.schema import Platform, Team


@dataclass(frozen=True)
class Made:
    """The samples of one stack: manifests by file, and why there are no others."""

    place: Workplace
    manifests: dict[str, list[dict[str, Any]]]
    left_out: tuple[str, ...]

    def jobs(self) -> dict[str, dict[str, Any]]:
        """The job of each file, which comes last in it."""
        return {name: found[-1] for name, found in self.manifests.items()}


@pytest.fixture
def made(planner: Planner) -> Callable[[str, str], Made]:
    """The samples of a stack with an image."""

    def make(stack: str, image: str = "registry.example.com/train:1") -> Made:
        team = planner.config(stack).stack
        assert isinstance(team, Team)
        platform = planner.config(team.platform).stack
        assert isinstance(platform, Platform)
        place = workplace(planner.plan(stack), team, platform, image)
        assert place
        found = samples(place)
        manifests = {name: list(yaml.safe_load_all(text)) for name, text in found.files.items()}
        return Made(place, manifests, found.left_out)

    return make
