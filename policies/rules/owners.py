"""The rule of settings that are one document: each has one owner."""

from collections.abc import Iterator

from policies.owners import kinds, rivals
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth


def _one_owner(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for found in stack.derived(rivals).get(subject.urn, ()):
        setting = f"the {found.document.name} is one document"
        if found.certain:
            shown = ", ".join(sorted(each.shown for each in found.certain))
            yield claim(False, f"{setting}, which {shown} writes as well")
        else:
            unsure = Truth.UNSURE if found.may_be else Truth.YES
            yield claim(unsure, f"{setting}, which another resource may write as well")


RULES = (
    Rule(
        id="RE-12",
        name="one-owner",
        title="A setting that is one document has one owner",
        why="Who writes the document replaces it: of two writers the last one wins, and nobody is told.",
        fix="Write it in one resource; leave out what a link of FSx imports where the bucket's notification is yours.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=kinds(),
        check=_one_owner,
        note="The settings are those of reference/data/whole_documents.toml. `paved validate` refuses two stacks that "
        "own one setting of an account.",
    ),
)
