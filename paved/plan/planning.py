"""Turning a run of the program into a plan."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from paved.errors import BadInput, PavedError
from paved.plan.model import Plan, PlannedResource
from paved.runtime.monitor import echo
from paved.runtime.registration import Registration
from paved.runtime.runtime import run_program

References = Callable[[str], Mapping[str, Any]]
"""The outputs of the stack of the given name."""


class PlanFailed(PavedError):
    """The program registered something that no engine would accept. A defect of Paved, not of the stack file."""

    exit_code = 70


class _Preview:
    """Answers as an engine's preview does: what is not an input is not known yet."""

    def __init__(self, references: References):
        self._references = references

    def new_resource(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        return echo(registration)

    def stack_outputs(self, stack: str) -> Mapping[str, Any]:
        return self._references(stack)


def plan_program(
    program: Callable[[], None], *, stack: str, config: Mapping[str, str], references: References
) -> Plan:
    """Run `program` as a preview and return what it would create.

    `references` answers the program's StackReferences. Raises BadInput where the program says that its
    config or a referenced stack is wrong, and PlanFailed when a resource is registered twice or data is
    asked of an account.
    """
    try:
        run = run_program(program, stack=stack, config=config, answers=_Preview(references), dry_run=True)
    except pulumi.RunError as said:
        raise BadInput(str(said)) from None
    for urn, error in run.failures:
        if isinstance(error, PavedError):
            raise error
        raise PlanFailed(f"{urn}: {error}") from error
    resources = sorted((PlannedResource.of(registered) for registered in run.resources), key=lambda r: r.urn)
    return Plan(stack=stack, resources=tuple(resources), outputs=run.outputs)
