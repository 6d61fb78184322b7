"""Plans of the stacks of a folder, each made after the stacks that it refers to."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from paved.plan.model import Plan
from paved.plan.plan_cache import PlanCache
from stacks.checks.folder import Folder, StackFile
from stacks.schema import Stack, Team


class Planner:
    """Plans stacks of one folder. A stack is planned once, whoever refers to it."""

    def __init__(
        self,
        folder: Folder,
        deployed: Mapping[str, Mapping[str, Any]] | None = None,
        cache: PlanCache | None = None,
    ):
        """`deployed` holds outputs by stack name that stand for a plan of that stack; `cache`, plans made earlier."""
        self._folder = folder
        self._deployed = deployed or {}
        self._cache = cache
        self._plans: dict[str, Plan] = {}

    @classmethod
    def of_folder(
        cls,
        folder: Path,
        deployed: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        as_of: date | None = None,
        cache: PlanCache | None = None,
    ) -> "Planner":
        """Read a folder of stack files, dated rules as of a day. Raises ConfigError when the folder cannot be read."""
        return cls(Folder.read(folder, as_of), deployed, cache)

    @property
    def folder(self) -> Folder:
        """The stack files that are planned."""
        return self._folder

    @property
    def as_of(self) -> date | None:
        """The day that the folder is judged by; without one dated rules are silent."""
        return self._folder.as_of

    @property
    def cache(self) -> PlanCache | None:
        """The plans made earlier, where they may be used."""
        return self._cache

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
        if plan := self.find(name):
            return plan
        self._plans[name] = self._planned(self._folder.stack(name))
        return self._plans[name]

    def find(self, name: str) -> Plan | None:
        """The plan of a stack where it is made already. Raises ConfigError for a mistake as in `plan`."""
        if name not in self._plans:
            file = self._folder.checked(name)
            plan = self._cache.find(self._key(self._cache, file)) if self._cache else None
            if plan is None:
                return None
            self._plans[name] = plan
        return self._plans[name]

    def _planned(self, file: StackFile) -> Plan:
        # The SDKs are four seconds to import, and a plan from the cache needs none of them.
        from paved.plan.planning import plan_stack

        base = self._folder.base(file.name)
        if base and base not in self._deployed:
            self.plan(base)  # now: one run of the program cannot start inside another
        plan = plan_stack(file.name, file.pulumi_config, self._outputs)
        if self._cache:
            self._cache.keep(self._key(self._cache, file), plan)
        return plan

    def _key(self, cache: PlanCache, file: StackFile) -> str:
        base = self._folder.base(file.name)
        if base is None or base in self._deployed:
            return cache.key(file.name, file.pulumi_config, self._deployed.get(base or ""))
        return cache.key(file.name, file.pulumi_config, self._key(cache, self._folder.stack(base)))

    def _outputs(self, stack: str) -> Mapping[str, Any]:
        return self._deployed[stack] if stack in self._deployed else self._plans[stack].outputs
