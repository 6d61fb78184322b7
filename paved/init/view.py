"""A new organisation as its platform team reads it: each stack's verdict and money, and what comes before `up`."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from paved.init.start import Start
from paved.plan.summary import money, verdict
from paved.table_text import columns, counted, table_text

GUIDE = "docs/guides/your-organisation.md"


def start_view(start: Start, files: Sequence[str], *, is_own_project: bool) -> str:
    """The whole answer but for the files' texts."""
    answers = start.ground.answers
    head = f"{counted(len(start.stacks), 'stack')} in {answers.region}, account {answers.account}"
    blocks = [
        [head],
        [table_text(_stacks(start))],
        ["Files", *(f"  {name}" for name in files)],
        list(_before(start)),
        list(_next(start, is_own_project=is_own_project)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks)


def start_data(start: Start, files: Sequence[str], *, is_written: bool) -> dict[str, Any]:
    """The same as JSON data, with the stack files' texts. Amounts are US dollars a month, as text."""
    return {
        "schema_version": "1",
        "written": is_written,
        "files": list(files),
        "texts": dict(start.texts),
        "stacks": [
            {
                "name": name,
                "month": {figure: str(amount) for figure, amount in judged.cost.totals.items()},
                "findings": [each.as_json() for each in judged.report.findings],
            }
            for name, judged in start.stacks.items()
        ],
    }


def _stacks(start: Start) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column()
    for name, judged in start.stacks.items():
        table.add_row(name, verdict(judged.report), money(judged.cost))
    return table


def _before(start: Start) -> Iterator[str]:
    answers = start.ground.answers
    yield f"Before the first `pulumi up` ({GUIDE})"
    yield f"  the account has the IAM roles {answers.deploy_role}, {answers.engineers} and {answers.team}-engineers"
    of_class = "vCPUs" if start.template.vcpus else answers.accelerator
    yield f"  AWS grants as many {of_class} as the pools may run: service quotas of EC2"
    yield f"  nobody else uses {answers.cidr}: the network of a VPC cannot change"


def _next(start: Start, *, is_own_project: bool) -> Iterator[str]:
    ground = start.ground
    rows = [("paved validate", "the files, once more after each change")]
    if is_own_project:
        rows.insert(0, ("python3 -m venv .venv", "there, and install requirements.txt into it"))
    rows += [
        ("paved plan --all", "every stack with cost and verdict"),
        ("paved rehearse", "creates every resource in an in-memory AWS"),
        ("paved codeowners", "who agrees to what, for CODEOWNERS"),
        ("paved onboard", "the next team"),
        (f"pulumi up -s {ground.foundation}", f"then {ground.platform}, then {start.team}"),
    ]
    yield "Next"
    yield from columns(rows, "  ")
