"""docs/reference/audit.md has what an audit tells of each sabotage, and what it does not look at."""

import os
from pathlib import Path

import pulumi_aws  # noqa: F401 - registers its classes

from paved.audit.parts import NOT_LOOKED_AT, TOLD
from paved.aws.reading.audited_types import audited_types
from paved.aws.reading.listings import account_lists
from paved.runtime.sdk import args_class, input_types
from tests.paved.audit.sabotage import SABOTAGES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "audit.md"
ELSEWHERE = {"region", "tags"}

HEAD = """# What an audit sees, and what it does not

<!-- Written by `UPDATE_GOLDEN=1 pytest tests/docs/test_audit_reference.py`, of what the tests of the audit do. -->

For a security engineer who asks what `paved audit` would tell. The [guide](../guides/audit.md) says how to run it.

## What somebody may do by hand

Sample stacks are rehearsed, each of these is done to their account, and the audit must tell it in these words and
nothing else. Where the simulator lacks a call, AWS's answer stands in for it, held to AWS's own model of the call.

| done | told as |
| --- | --- |
"""

UNSEEN_HEAD = """
## What cannot be told

| done | why nobody is told |
| --- | --- |
"""

LISTS_HEAD = """
## Lists of the whole account

A foundation answers for its account: its audit asks for each of these in the regions of its plan, with a tag or
without. What neither its plan, nor the tag of a stack of the folder, nor a stack file accounts for is `beside`, one
severity lower:
"""

PARTS_HEAD = """
## Parts of a resource

What the provider knows as a resource of its own that belongs to a planned one. What is told is `extra` there; the
rest is not looked at:

| part | why not |
| --- | --- |
"""

TYPES_HEAD = """
## Values by type

A value that the plan gives is compared, and these also where it gives none, because what is left out means something.
Every other input that a plan leaves out is not looked at: AWS fills many in by itself.

| type | compared always | not compared | looked at only where the plan gives it |
| --- | --- | --- | --- |
"""


def page():
    lines = [HEAD.rstrip("\n")]
    lines += [f"| {each.title} | {'; '.join(map(told, each.seen))} |" for each in SABOTAGES if each.seen]
    lines += [UNSEEN_HEAD.rstrip("\n")]
    lines += [f"| {each.title} | {each.unseen} |" for each in SABOTAGES if each.unseen]
    lines += [LISTS_HEAD, *[f"- {kind}" for kind in account_lists()]]
    lines += [PARTS_HEAD.rstrip("\n")]
    lines += [f"| `{short(type)}` | {why} |" for type, why in sorted(NOT_LOOKED_AT.items())]
    lines += ["", f"Told: {', '.join(sorted(set(TOLD.values())))}.", TYPES_HEAD.rstrip("\n")]
    lines += [row(each) for _, each in sorted(audited_types().items())]
    return "\n".join(lines) + "\n"


def told(seen):
    kind = "" if seen.kind == "*" else f"{seen.kind}, "
    place = f", {seen.property.rstrip('*').strip()}" if seen.property else ""
    return f"{kind}{seen.severity}: {seen.concern}{place}".replace("`", "")


def short(type):
    return type.removeprefix("aws:").replace("/", " ").split(":")[0]


def row(audited):
    names = set(input_types(args_class(audited.type)))
    rest = names - {*audited.by, *audited.assumed, *audited.left_out} - ELSEWHERE
    cells = [sorted(audited.assumed), sorted(audited.left_out), sorted(rest)]
    shown = [", ".join(f"`{name}`" for name in names) or "-" for names in cells]
    return f"| `{short(audited.type)}` | {' | '.join(shown)} |"


def test_the_page_says_what_the_tests_do():
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()
