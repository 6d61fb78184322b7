"""Every check is asked, each once, and a stack that fails several hears of all."""

import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import get_args, get_type_hints

import pytest

import stacks.checks
from stacks.checks import ORDER, folder_problems, registered_checks, stack_problems
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem
from stacks.schema import Foundation, Platform, Team

KINDS = {Foundation, Platform, Team}
MODULES = [
    import_module(module.name) for module in pkgutil.iter_modules(stacks.checks.__path__, "stacks.checks.")
]


def shape(function):
    """The kinds of stack that a function of the shape of a check looks at, none for a folder; else None."""
    hints = get_type_hints(function)
    subjects, result = [hint for name, hint in hints.items() if name != "return"], hints.get("return")
    if len(subjects) != 1 or result not in (Iterator[Problem], Iterator[StackProblem]):
        return None
    kinds = {each for each in [*get_args(subjects[0]), subjects[0]] if inspect.isclass(each)}
    return () if kinds == {Organisation} else kinds & KINDS or None


def looks_like_a_check(module):
    """The public functions that a module defines and that have the shape of a check."""
    return {
        function
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
        and shape(function) is not None
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_check_of_a_module_is_forgotten(module):
    registered = {
        each.function for each in registered_checks() if each.function.__module__ == module.__name__
    }
    assert looks_like_a_check(module) == registered


def test_a_check_that_is_not_registered_is_found():
    planted = ModuleType("planted")
    source = (
        "from collections.abc import Iterator\n"
        "from stacks.checks.check import repeats\n"
        "from stacks.checks.organisation import Organisation, StackProblem\n"
        "from stacks.reading.problems import Problem\n"
        "from stacks.schema import Platform, Stack, Team\n"
        "def of_a_team(stack: Team) -> Iterator[Problem]: ...\n"
        "def of_two(stack: Platform | Team) -> Iterator[Problem]: ...\n"
        "def of_all(stack: Stack) -> Iterator[Problem]: ...\n"
        "def of_a_folder(organisation: Organisation) -> Iterator[StackProblem]: ...\n"
        "def helper(stack: Team) -> Iterator[str]: ...\n"
        "def problems_of(stack: Team, key: str) -> Iterator[Problem]: ...\n"
    )
    exec(compile(source, "planted.py", "exec"), vars(planted))
    found = {function.__name__: shape(function) for function in looks_like_a_check(planted)}
    assert found == {"of_a_team": {Team}, "of_two": {Platform, Team}, "of_all": KINDS, "of_a_folder": ()}


def test_a_check_is_registered_for_the_kinds_that_it_takes():
    for each in registered_checks():
        assert set(each.kinds) == set(shape(each.function) or ()), each.function.__name__


def test_no_check_is_registered_twice():
    counts = Counter(each.function for each in registered_checks())
    names = Counter(each.function.__name__ for each in registered_checks())
    assert set(counts.values()) == {1}
    assert set(names.values()) == {1}


def test_every_module_in_the_order_has_checks():
    modules = {each.function.__module__.rpartition(".")[2] for each in registered_checks()}
    assert set(ORDER) == modules
    assert len(set(ORDER)) == len(ORDER)


def test_an_account_budget_that_is_too_low_is_told_once(valid):
    changes = {"guardrails.budget": {"monthly_usd": 1, "notify": ["a@example.com"]}}
    assert [problem.message for problem in stack_problems("foundation-prod", valid.foundation(changes))] == [
        "`guardrails.budget.monthly_usd` must be at least `monthly_ceiling_usd`, which is 400,000, got 1"
    ]


def test_a_stack_hears_of_every_check_it_fails(valid):
    team = valid.team(
        {"residency": "eu", "budget.approved_ceiling_usd": 1, "registry.repositories": ["a", "a"]}
    )
    assert [problem.path for problem in stack_problems("vision-dev", team)] == [
        ("owner", "team"),
        ("residency",),
        ("registry", "repositories", 1),
        ("budget", "approved_ceiling_usd"),
    ]
    assert stack_problems("vision-prod", valid.team()) == []


def test_a_folder_hears_of_every_check_it_fails(valid):
    organisation = valid.organisation(
        platform_prod=valid.platform({"environment": "dev"}),
        foundation_prod=valid.foundation({"owner.team": "vision"}),
    )
    assert [(name, problem.path) for name, problem in folder_problems(organisation)] == [
        ("platform-prod", ("environment",)),
        ("vision-prod", ("environment",)),
        ("vision-prod", ("owner", "team")),
    ]


def test_a_folder_without_the_foundation_is_told_so_and_nothing_else(valid):
    organisation = valid.organisation(foundation_prod=None)
    assert [(name, problem.path) for name, problem in folder_problems(organisation)] == [
        ("platform-prod", ("foundation",))
    ]


def test_bases_are_the_stacks_below(valid):
    organisation = valid.organisation()
    assert organisation.bases("vision-prod") == ("foundation-prod", "platform-prod")
    assert organisation.bases("platform-prod") == ("foundation-prod",)
    assert organisation.bases("foundation-prod") == ()
    assert organisation.bases("nobody") == ()
    alone = Organisation(stacks={"vision-prod": valid.team()}, unreadable=frozenset({"platform-prod"}))
    assert alone.bases("vision-prod") == ("platform-prod",)
    assert Organisation(stacks={"vision-prod": valid.team()}).bases("vision-prod") == ()
