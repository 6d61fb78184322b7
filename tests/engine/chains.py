"""The sample stacks, each chain from its foundation up, deployed by the real engine."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.project import EngineStack, copied_project, environment
from tests.engine.registrations import Registrations

CHAINS = (
    ("foundation-dev", "platform-dev", "ranking-dev"),
    ("foundation-prod", "platform-prod", "vision-prod"),
    ("foundation-risk", "platform-risk", "risk-prod"),
)
STACKS = tuple(name for chain in CHAINS for name in chain)


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One stack after its deployment. `up` counts operations, `state` holds URNs."""

    stack: EngineStack
    previewed: Registrations
    up: Mapping[str, int]
    state: frozenset[str]
    outputs: Mapping[str, Any]


def deploy_samples(folder: Path, ports: Mapping[str, int]) -> dict[str, Deployed]:
    """Preview and deploy every sample stack, the chains side by side. Each chain has a state of its own."""

    def deploy_chain(names: tuple[str, ...]) -> dict[str, Deployed]:
        project = copied_project(folder / names[0])
        env = environment(folder / f"{names[0]}-home", ports)
        return {name: _deployed(EngineStack(project, name, env)) for name in names}

    with ThreadPoolExecutor(len(CHAINS)) as pool:
        return {name: done for chain in pool.map(deploy_chain, CHAINS) for name, done in chain.items()}


def _deployed(stack: EngineStack) -> Deployed:
    return Deployed(
        stack=stack,
        previewed=stack.preview(),
        up=stack.up(),
        state=stack.urns(),
        outputs=stack.outputs(),
    )
