"""Checks of stacks beyond their types: every check of the modules of this folder is found, none is listed."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from stacks.checks.check import REGISTERED, Check, up_to_a_mistake
from stacks.checks.names import name_problems
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem
from stacks.schema import Stack
from stacks.schema.base import MistakenValue

ORDER = (
    "account",
    "network",
    "cluster",
    "datasets",
    "platform",
    "stack_references",
    "images",
    "queues",
    "cross_stack",
    "account_settings",
    "register",
    "access",
    "identity",
    "roles",
    "capacity",
    "pools",
    "units",
    "efa",
    "quota",
    "room",
    "grants",
    "shared_pools",
    "reservations",
    "data",
    "endpoints",
    "objectives",
    "probes",
    "monitors",
    "request_log",
    "alerting",
    "telemetry",
    "detection",
    "budget",
    "retraining",
    "notebooks",
    "usage",
)
"""Modules in the order in which the engine prints their problems. One that is not named here comes last."""


@cache
def registered_checks() -> tuple[Check, ...]:
    """The checks of every module of the folder, in order."""
    # Not at import: the modules found here import this package.
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return tuple(sorted(REGISTERED, key=_rank))


def stack_problems(name: str, stack: Stack) -> list[Problem]:
    """The problems of one stack, looked at alone."""
    problems = list(up_to_a_mistake(name_problems(name, stack)))
    for check in registered_checks():
        # Without kinds it is a check of folders: no stack is an instance of none.
        if isinstance(stack, check.kinds):
            problems += up_to_a_mistake(check.function(stack))
    return problems


def folder_problems(organisation: Organisation) -> list[StackProblem]:
    """The problems between the stacks of a folder, each with the name of its stack."""
    problems: list[StackProblem] = []
    for check in registered_checks():
        if not check.kinds:
            problems += _found_by(check, organisation)
    return problems


def _found_by(check: Check, organisation: Organisation) -> list[StackProblem]:
    """The problems that a check finds. A stack whose mistake stops it is left out, and the rest asked anew."""
    found: list[StackProblem] = []
    try:
        for each in check.function(organisation):
            found.append(each)
    except MistakenValue as error:
        if (holder := organisation.holder(error.section)) is not None:
            rest = _found_by(check, organisation.without(holder))
            found += [each for each in rest if each not in found]
    return found


def _rank(check: Check) -> int:
    module = check.function.__module__.rpartition(".")[2]
    return ORDER.index(module) if module in ORDER else len(ORDER)
