"""The commands of a runbook, by who has to be allowed to run them, and what the API server would be asked."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from components.serving.access import rules_of
from reference.vocabulary import Rights

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS = re.compile(r"# needs: (view|operate|develop|platform|security)\n")

KINDS = {
    "deploy": ("apps", "deployments"),
    "deployment": ("apps", "deployments"),
    "hpa": ("autoscaling", "horizontalpodautoscalers"),
    "inferenceservice": ("serving.kserve.io", "inferenceservices"),
    "job": ("batch", "jobs"),
    "networkpolicy": ("networking.k8s.io", "networkpolicies"),
    "pod": ("", "pods"),
    "pods": ("", "pods"),
    "service": ("", "services"),
    "resourcequota": ("", "resourcequotas"),
    "workload": ("kueue.x-k8s.io", "workloads"),
    "workloads": ("kueue.x-k8s.io", "workloads"),
}
"""API group and resource of the names that members' commands use; any other is of the cluster or of the platform."""
VERBS = ("create", "delete", "describe", "events", "get", "logs", "patch")
"""The commands of kubectl that a member has a use for."""

Question = tuple[str, str, str]
"""API group, resource and verb."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """One line of a block, and the right that the block says it needs."""

    page: str
    needs: str
    line: str


def commands(page: Path) -> Iterator[Command]:
    """The lines of the page's blocks of shell. Raises AssertionError for a block that does not say what it needs."""
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        needs = NEEDS.match(block)
        assert needs, f"{page.name}: a block must begin with `# needs: <right>`, got\n{block}"
        for line in block.splitlines()[1:]:
            yield Command(page=page.name, needs=needs[1], line=line)


def refusal(command: Command, rights: Rights) -> str | None:
    """Why somebody with some rights in a team's namespace cannot run a line; None where it can be run."""
    words = shlex.split(command.line.split(" | ")[0])
    if words[0] == "paved":
        return None
    if words[0] != "kubectl":
        return f"`{words[0]}`: a member has no rights in AWS by those in a namespace"
    if words[1] != "-n":
        return "it names no namespace, and a member's rights end at that of the team"
    if words[2] not in ("NS", "STACK"):
        return f"`{words[2]}` is no namespace of a team"
    asked = questions(words[3:])
    if asked is None:
        return f"`{' '.join(words[3:5])}` is nothing that a member may do"
    for group, resource, verb in asked:
        if not any(
            group in (rule.api_groups or []) and resource in (rule.resources or []) and verb in rule.verbs
            for rule in rules_of(rights)
        ):
            return f"`{verb}` of `{resource}` is not among the rights `{rights}`"
    return None


def questions(words: Sequence[str]) -> list[Question] | None:
    """What kubectl asks the API server for a command in a namespace; None for one that a member has no use for."""
    command, named = words[0], list(takewhile(lambda word: not word.startswith("-"), words[1:]))
    if command not in VERBS:
        return None
    if command == "events":
        return [("", "events", "list")]
    if command == "logs":
        # Of a Deployment, or of a label, its pods are looked up first.
        kind, _, name = named[0].partition("/") if named else ("pods", "", "")
        of = [] if not name else [(*KINDS[kind], "get")]
        return [*of, ("", "pods", "get" if named and not name else "list"), ("", "pods/log", "get")]
    if not named or named[0] not in KINDS:
        return None
    group, resource = KINDS[named[0]]
    found = "get" if len(named) > 1 else "list"
    if command == "describe":
        return [(group, resource, found), ("", "events", "list")]
    return [(group, resource, found if command == "get" else command)]
