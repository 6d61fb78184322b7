"""Every rule of the pack, by id."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from policies import rules
from policies.rule import Rule

GROUPS = {
    "ID": "Identity",
    "EN": "Encryption and secrets",
    "NW": "Network",
    "DR": "Data retention, audit and recovery",
    "DE": "Detection",
    "K8": "Kubernetes workloads",
    "ML": "ML governance",
    "CO": "Cost",
    "RE": "Reliability",
    "SE": "Levels of security",
    "PX": "Exceptions and failures",
}
"""The titles of the groups by the first letters of an id, in the order in which rules are listed."""


def _found() -> Iterator[Rule]:
    """The rules of every module of the folder: one that is there is never forgotten here."""
    for module in iter_modules(rules.__path__):
        yield from import_module(f"{rules.__name__}.{module.name}").RULES


def _by_group(rule: Rule) -> tuple[int, str]:
    return (list(GROUPS).index(rule.id[:2]), rule.id)


RULES: tuple[Rule, ...] = tuple(sorted(_found(), key=_by_group))
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
