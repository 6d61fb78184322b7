"""Planning stacks of a folder, each with the stacks it refers to."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from paved.plan.model import Plan
from paved.plan.planning import PlanFailed, plan_program
from paved.plan.typed_inputs import input_problems
from paved.runtime.main import run_main
from stacks.checks.folder import Folder, StackFile
from stacks.schema import Stack, Team


class Planner:
    """Plans stacks of one folder. A stack is planned once, whoever refers to it."""

    def __init__(self, folder: Folder, deployed: Mapping[str, Mapping[str, Any]] | None = None):
        """`deployed` holds outputs by stack name that stand for a plan of that stack."""
        self._folder = folder
        self._deployed = deployed or {}
        self._plans: dict[str, Plan] = {}

    @classmethod
    def of_folder(
        cls,
        folder: Path,
        deployed: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        as_of: date | None = None,
    ) -> "Planner":
        """Read a folder of stack files, dated rules as of a day. Raises ConfigError when the folder cannot be read."""
        return cls(Folder.read(folder, as_of), deployed)

    @property
    def folder(self) -> Folder:
        """The stack files that are planned."""
        return self._folder

    @property
    def as_of(self) -> date | None:
        """The day that the folder is judged by; without one dated rules are silent."""
        return self._folder.as_of

    @property
    def names(self) -> tuple[str, ...]:
        """The stacks of the folder, each after the ones it refers to."""
        return self._folder.names

    def is_team(self, name: str) -> bool:
        """Whether a stack is a team's: no other stack refers to it."""
        return isinstance(self._folder.stack(name).stack, Team)

    def config(self, name: str) -> StackFile:
        """The stack file of a name. Raises ConfigError where there is none, or it is not valid."""
        return self._folder.stack(name)

    @property
    def sound(self) -> Mapping[str, Stack]:
        """The stacks of the folder without a mistake in their own files, by name."""
        return {name: self._folder.stack(name).stack for name in self.names if self._folder.is_sound(name)}

    def bases(self, name: str | None = None) -> frozenset[str]:
        """The stacks that a stack, or by default any stack of the folder, stands on. Raises ConfigError for none."""
        names = self.names if name is None else (name,)
        return frozenset(self._folder.with_bases(names)) - {name}

    def plan(self, name: str) -> Plan:
        """Plan one stack. Raises ConfigError for a mistake in its file or in those it refers to."""
        if name not in self._plans:
            self._plans[name] = self._planned(self._folder.checked(name))
        return self._plans[name]

    def _planned(self, file: StackFile) -> Plan:
        base = self._folder.base(file.name)
        if base and base not in self._deployed:
            self.plan(base)  # now: one run of the program cannot start inside another
        plan = plan_program(run_main, stack=file.name, config=file.pulumi_config, references=self._outputs)
        problems = [
            f"{resource.urn}: {problem}"
            for resource in plan.resources
            for problem in input_problems(resource.type, resource.inputs)
        ]
        if problems:
            raise PlanFailed("\n".join(problems))
        return plan

    def _outputs(self, stack: str) -> Mapping[str, Any]:
        return self._deployed[stack] if stack in self._deployed else self._plans[stack].outputs
