"""The sample jobs of a sample stack, and the pods that their controllers make of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from paved.plan.planner import Planner
from paved.samples.samples import sample_jobs
from paved.samples.team_facts import JobPool, TeamFacts, team_facts
from reference.instances import instance_type
from reference.lineage import CONFIG_DIGEST, shown_digest
from stacks.schema import Platform, Team

PROMOTES = "/promote-"


@dataclass(frozen=True)
class Made:
    """The samples of one stack: manifests by file, and why there are no others."""

    facts: TeamFacts
    manifests: dict[str, list[dict[str, Any]]]
    left_out: tuple[str, ...]

    def text(self, content: Any) -> str:
        """Content as a golden file has it: without the digest, which every change of the team's file changes."""
        digest = self.facts.annotations[CONFIG_DIGEST]
        text = yaml.safe_dump({**content, "left out": list(self.left_out)}, sort_keys=True, width=110)
        return text.replace(digest, "DIGEST").replace(shown_digest(digest), "DIGEST")

    def jobs(self) -> dict[str, dict[str, Any]]:
        """The job of each file, which comes last in it, but for promotions."""
        return {name: found[-1] for name, found in self.manifests.items() if PROMOTES not in name}

    def promotions(self) -> dict[str, dict[str, Any]]:
        """The promotion of each file of one."""
        return {name: found[-1] for name, found in self.manifests.items() if PROMOTES in name}


def made_by(planner: Planner, stack: str, image: str = "registry.example.com/train:1") -> Made:
    """The samples of a stack of any folder."""
    team = planner.config(stack).stack
    assert isinstance(team, Team)
    platform = planner.config(team.platform).stack
    assert isinstance(platform, Platform)
    facts = team_facts(planner.plan(stack), team, platform, image)
    assert facts
    return made_at(facts)


def made_at(facts: TeamFacts) -> Made:
    """The samples of a team, by its facts."""
    found = sample_jobs(facts)
    manifests = {name: list(yaml.safe_load_all(text)) for name, text in found.files.items()}
    return Made(facts, manifests, found.left_out)


@pytest.fixture(scope="session")
def research() -> Made:
    """The samples of a team to which its platform grants pools."""
    folder = Path(__file__).parents[3] / "examples" / "research"
    return made_by(Planner.of_folder(folder, as_of=date(2026, 11, 21)), "research-prod")


@pytest.fixture
def on_neuron(made: Callable[[str], Made]) -> Callable[..., Made]:
    """The samples of `vision-prod`, had it one pool of Neuron devices."""

    def make(kind: str, devices: int, *, efa: bool = False, **changes: Any) -> Made:
        facts = made("vision-prod").facts
        taints = [("paved.dev/stack", "vision-prod"), ("aws.amazon.com/neuron", "true")]
        pool = JobPool(
            name="trn",
            types=(instance_type(kind),),
            units=devices,
            spot=False,
            efa=efa,
            selector={
                "paved.dev/pool": "trn",
                "paved.dev/stack": "vision-prod",
                "paved.dev/accelerator": instance_type(kind).accelerator,
            },
            tolerations=tuple(
                {"operator": "Equal", "key": key, "value": value, "effect": "NoSchedule"}
                for key, value in taints
            ),
        )
        return made_at(replace(facts, pools=(pool,), **changes))

    return make


@pytest.fixture
def made(planner: Planner) -> Callable[..., Made]:
    """The samples of a stack with an image."""

    return partial(made_by, planner)
