"""Rights as stack files give them: who holds which, by an IAM role, a group of the company's login, or a CI."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

HolderForm = Literal["role", "group", "ci"]


@dataclass(frozen=True, kw_only=True)
class AccessGrant:
    """One holder's rights, by one stack file. `name` is the role, the group or the subject of the CI's tokens."""

    stack: str
    form: HolderForm
    name: str
    rights: str


def access_grants(stack: str, sections: Mapping[str, Any]) -> tuple[AccessGrant, ...]:
    """The grants of a stack file by its sections as data, those of earlier revisions too, in the file's order."""
    cluster, access = _mapping(sections.get("cluster")), _mapping(sections.get("access"))
    found = [*_of_cluster(cluster), *_of_team(access)]
    return tuple(
        AccessGrant(stack=stack, form=form, name=name, rights=rights) for form, name, rights in found
    )


def _of_cluster(cluster: Mapping[str, Any]) -> Iterator[tuple[HolderForm, str, str]]:
    if isinstance(cluster.get("deploy_role"), str):
        yield "role", cluster["deploy_role"], "admin, deploys"
    for entry in map(_mapping, _items(cluster.get("access"))):
        glass = ", break-glass" if entry.get("break_glass") else ""
        yield "role", str(entry.get("role")), f"{entry.get('policy')}{glass}"


def _of_team(access: Mapping[str, Any]) -> Iterator[tuple[HolderForm, str, str]]:
    for member in _items(access.get("members")):
        if isinstance(member, str):  # files before there were rights named roles alone, who had these
            yield "role", member, "develop"
        elif _mapping(member).get("group"):
            yield "group", str(member["group"]), str(member.get("rights"))
        else:
            yield "role", str(_mapping(member).get("role")), str(_mapping(member).get("rights"))
    for role in _items(access.get("promoters")):
        yield "role", str(role), "promote"
    for subject in _items(_mapping(access.get("ci")).get("subjects")):
        yield "ci", str(subject), "submit"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
