"""Rules of the security ladder: nothing promises more than what it stands on, and regulated data asks for more."""

from collections.abc import Iterator

from reference.security_level import reaches
from stacks.checks.check import check, folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem, at
from stacks.schema import Platform, Team

FLOOR_OF_REGULATED_DATA = "hardened"


@folder_check
def a_base_promises_as_much(organisation: Organisation) -> Iterator[StackProblem]:
    """What a stack stands on is part of it, so no promise is above the base's."""
    for name, stack in sorted(organisation.stacks.items()):
        for base in organisation.bases(name)[-1:]:
            below = organisation.stacks.get(base)
            if below and not reaches(below.security, stack.security):
                says = f"must be at most `{below.security}`, which `{base}` below it promises, got `{stack.security}`"
                yield name, at("security", says=says)


@check(Platform, Team)
def regulated_data_is_held_securely(stack: Platform | Team) -> Iterator[Problem]:
    """Regulated data rests on stacks that promise more than the standard."""
    held = stack.tenancy.data_classes if isinstance(stack, Platform) else (stack.data_class,)
    if "regulated" in held and not reaches(stack.security, FLOOR_OF_REGULATED_DATA):
        says = f"must be at least `{FLOOR_OF_REGULATED_DATA}` for regulated data, got `{stack.security}`"
        yield at("security", says=says)
