"""The commands of a runbook, by who has to be allowed to run them, and what the API server would be asked."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.serving.access import rules_of
from reference.vocabulary import Rights

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS = re.compile(r"# needs: (view|operate|develop|platform|security)\n")

KINDS = {
    "deployment": ("apps", "deployments"),
    "events": ("", "events"),
    "hpa": ("autoscaling", "horizontalpodautoscalers"),
    "inferenceservice": ("serving.kserve.io", "inferenceservices"),
    "job": ("batch", "jobs"),
    "networkpolicy": ("networking.k8s.io", "networkpolicies"),
    "pod": ("", "pods"),
    "pods": ("", "pods"),
    "service": ("", "services"),
    "workload": ("kueue.x-k8s.io", "workloads"),
    "workloads": ("kueue.x-k8s.io", "workloads"),
}
"""API group and resource of the names that members' commands use; any other is of the cluster or of the platform."""

VERBS = {
    "get": "get",
    "describe": "get",
    "delete": "delete",
    "create": "create",
    "patch": "patch",
    "logs": "get",
}


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
    verb, kind = words[3], words[4]
    if verb not in VERBS or (verb != "logs" and kind not in KINDS):
        return f"`{verb} {kind}` is nothing that a member may do"
    group, resource = ("", "pods/log") if verb == "logs" else KINDS[kind]
    allowed = any(
        group in (rule.api_groups or []) and resource in (rule.resources or []) and VERBS[verb] in rule.verbs
        for rule in rules_of(rights)
    )
    return None if allowed else f"`{VERBS[verb]}` of `{resource}` is not among the rights `{rights}`"
