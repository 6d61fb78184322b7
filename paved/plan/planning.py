"""Planning: one run of the program, as a preview, becomes a plan."""

from collections.abc import Callable, Mapping

import pulumi

from paved.errors import BadInput, PavedError
from paved.plan.model import Plan, PlannedResource
from paved.plan.typed_inputs import input_problems
from paved.runtime.preview import PreviewProvider, StackOutputs
from paved.runtime.runtime import run_program
from stacks.program.run import run_main


class PlanFailed(PavedError):
    """The program registered something that no engine would accept. A defect of Paved, not of the stack file."""

    exit_code = 70


def plan_stack(stack: str, config: Mapping[str, str], references: StackOutputs) -> Plan:
    """Plan a stack by the project's own program, and hold every input to the type that the SDK has for it.

    Raises what `plan_program` raises, and PlanFailed for an input that no provider takes.
    """
    plan = plan_program(run_main, stack=stack, config=config, references=references)
    problems: list[str] = []
    for resource in plan.resources:
        found = input_problems(resource.type, resource.inputs)
        problems += [f"{resource.urn}: {problem}" for problem in found]
    if problems:
        raise PlanFailed("\n".join(problems))
    return plan


def plan_program(
    program: Callable[[], None], *, stack: str, config: Mapping[str, str], references: StackOutputs
) -> Plan:
    """Run `program` as a preview and return what it would create.

    `references` answers the program's StackReferences. Raises BadInput where the program says that its
    config or a referenced stack is wrong, and PlanFailed when a resource is registered twice or data is
    asked of an account.
    """
    try:
        run = run_program(
            program, stack=stack, config=config, provider=PreviewProvider(references), dry_run=True
        )
    except pulumi.RunError as said:
        raise BadInput(str(said)) from None
    for urn, error in run.failures:
        if isinstance(error, PavedError):
            raise error
        raise PlanFailed(f"{urn}: {error}") from error
    resources = sorted((PlannedResource.of(registered) for registered in run.resources), key=lambda r: r.urn)
    return Plan(stack=stack, resources=tuple(resources), outputs=run.outputs)
