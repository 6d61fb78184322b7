"""A new organisation as its platform team reads it: each stack's verdict and money, and what comes before `up`."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from paved.init.first_stacks import FirstStacks
from paved.plan.summary import money, verdict
from paved.table_text import columns, counted, table_text

GUIDE = "docs/guides/your-organisation.md"


def first_stacks_view(first: FirstStacks, files: Sequence[str], *, is_own_project: bool) -> str:
    """The whole answer but for the files' texts."""
    answers = first.base.answers
    head = f"{counted(len(first.stacks), 'stack')} in {answers.region}, account {answers.account}"
    blocks = [
        [head],
        [table_text(_stacks(first))],
        ["Files", *(f"  {name}" for name in files)],
        list(_before(first)),
        list(_next(first, is_own_project=is_own_project)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks)


def first_stacks_data(first: FirstStacks, files: Sequence[str], *, is_written: bool) -> dict[str, Any]:
    """The same as JSON data, with the stack files' texts. Amounts are US dollars a month, as text."""
    return {
        "schema_version": "1",
        "written": is_written,
        "files": list(files),
        "texts": dict(first.texts),
        "stacks": [
            {
                "name": name,
                "month": {figure: str(amount) for figure, amount in judged.cost.totals.items()},
                "findings": [each.as_json() for each in judged.report.findings],
            }
            for name, judged in first.stacks.items()
        ],
    }


def _stacks(first: FirstStacks) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column()
    for name, judged in first.stacks.items():
        table.add_row(name, verdict(judged.report), money(judged.cost))
    return table


def _before(first: FirstStacks) -> Iterator[str]:
    answers = first.base.answers
    yield f"Before the first `pulumi up` ({GUIDE})"
    yield f"  the account has the IAM roles {answers.deploy_role}, {answers.engineers} and {answers.team}-engineers"
    of_class = "vCPUs" if first.template.vcpus else answers.accelerator
    yield f"  AWS grants as many {of_class} as the pools may run: service quotas of EC2"
    yield f"  nobody else uses {answers.cidr}: the network of a VPC cannot change"


def _next(first: FirstStacks, *, is_own_project: bool) -> Iterator[str]:
    base = first.base
    rows = [("paved validate", "the files, once more after each change")]
    if is_own_project:
        rows.insert(0, ("python3 -m venv .venv", "there, and install requirements.txt into it"))
    rows += [
        ("paved plan --all", "every stack with cost and verdict"),
        ("paved rehearse", "creates every resource in an in-memory AWS"),
        ("paved codeowners", "who agrees to what, for CODEOWNERS"),
        ("paved onboard", "the next team"),
        (f"pulumi up -s {base.foundation}", f"then {base.platform}, then {first.team}"),
    ]
    yield "Next"
    yield from columns(rows, "  ")
