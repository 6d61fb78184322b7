"""Every rule is asked, and a stack that breaks several hears of all."""

import inspect
import pkgutil
from importlib import import_module

import stacks.checks
from stacks.checks import FOLDER_RULES, RULES, folder_problems, stack_problems
from stacks.checks.organisation import Organisation

HELPERS = {
    "accelerator",
    "cron_problem",
    "day",
    "endpoints",
    "every_pool",
    "file_systems",
    "general_families",
    "gpu_types",
    "gpus_of",
    "gpus_of_endpoints",
    "gpus_per_node",
    "granted",
    "grants_to",
    "holds",
    "instances_of",
    "known",
    "length",
    "name_problems",
    "parsed",
    "placed",
    "places",
    "pools",
    "quotas",
    "regions",
    "repeats",
    "reservations",
    "shared",
    "section",
    "too_large",
    "triggers",
    "zones_of",
    "zones_with",
}


def test_no_rule_is_forgotten():
    defined = {
        name
        for module in pkgutil.iter_modules(stacks.checks.__path__, "stacks.checks.")
        for name, function in vars(import_module(module.name)).items()
        if inspect.isfunction(function) and function.__module__ == module.name and not name.startswith("_")
    }
    asked = {rule.__name__ for rules in (*RULES.values(), FOLDER_RULES) for rule in rules}
    assert defined - asked - HELPERS == set()
    assert asked <= defined


def test_a_stack_hears_of_every_rule_it_breaks(valid):
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


def test_a_folder_hears_of_every_rule_it_breaks(valid):
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
