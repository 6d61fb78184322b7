"""A proposal as its team reads it: the verdict, who has to agree, what others grant, and what to do next."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paved.onboard.proposal import Proposal
from paved.onboard.template import Template, templates
from paved.plan.summary import money, protected, verdict
from paved.review.needed import reasons_by_review
from paved.review.roles import Role
from paved.review.view import review_rows
from paved.table_text import columns, counted
from stacks.reading.loader import display
from stacks.reading.problems import file_name


def proposal_view(proposal: Proposal, template: Template, folder: Path) -> str:
    """The whole answer but for the file's text."""
    platform = proposal.answers.platform
    blocks = [[f"{proposal.name}: {template.title}, on {platform}"], list(_summary(proposal))]
    if not proposal.is_refused:
        blocks += [list(_reviews(proposal)), list(_grants(proposal, folder))]
        blocks += [list(_before(proposal)), list(_next(proposal))]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def templates_view() -> str:
    """Each template with what it is for, and the amounts that it begins with."""
    rows = [(each.name, each.environment, each.data_class, each.title) for each in templates().values()]
    return "\n".join(columns(rows))


def templates_data() -> dict[str, Any]:
    """The same as JSON data."""
    return {"schema_version": "1", "templates": [asdict(each) for each in templates().values()]}


def proposal_data(
    proposal: Proposal, template: Template, folder: Path, *, is_written: bool
) -> dict[str, Any]:
    """The same as JSON data, with the file's text. Amounts are US dollars a month, as text."""
    judged = proposal.judged
    return {
        "schema_version": "1",
        "stack": proposal.name,
        "template": template.name,
        "file": display(folder / file_name(proposal.name)),
        "written": is_written,
        "refused": proposal.is_refused,
        "text": proposal.text,
        "problems": [
            {"line": each.line, "path": list(each.path), "message": each.message}
            for each in proposal.problems
        ],
        "findings": [each.as_json() for each in judged.report.findings] if judged else [],
        "month": {figure: str(amount) for figure, amount in judged.cost.totals.items()} if judged else None,
        "reviews": [
            {"role": role, "reviewers": list(people), "reasons": list(reasons)}
            for (role, people), reasons in _asked(proposal).items()
        ],
        "grants": [
            {
                "file": display(folder / file_name(each.stack)),
                "because": each.because,
                "lines": list(each.lines),
            }
            for each in proposal.grants
        ],
    }


def _summary(proposal: Proposal) -> Iterator[str]:
    yield "Summary"
    if proposal.judged is None:
        yield "  cannot be planned: see the mistakes"
        return
    judged = proposal.judged
    made = sum(1 for each in judged.plan.resources if each.custom and not each.type.startswith("pulumi:"))
    rows = [
        ("verdict", verdict(judged.report)),
        ("money", money(judged.cost)),
        ("makes", f"{counted(made, 'resource')}, {protected(judged.plan)} of them protected"),
    ]
    yield from columns(rows, "  ")


def _asked(proposal: Proposal) -> dict[tuple[Role, tuple[str, ...]], tuple[str, ...]]:
    """The reasons of each review. A team that is not registered yet names its reviewer itself."""
    found: dict[tuple[Role, tuple[str, ...]], tuple[str, ...]] = {}
    for (role, people), reasons in reasons_by_review(proposal.needed).items():
        own = people or ((proposal.answers.reviewer,) if role == "team" else ())
        found[role, own] = reasons
    return found


def _reviews(proposal: Proposal) -> Iterator[str]:
    yield "Who has to agree"
    yield from columns(review_rows(_asked(proposal)), "  ")


def _grants(proposal: Proposal, folder: Path) -> Iterator[str]:
    """Additions of the platform's engineers to files of theirs, without which `paved validate` refuses the new one."""
    if not proposal.grants:
        return
    yield "What the platform's engineers add, in the same pull request"
    for grant in proposal.grants:
        yield f"  {display(folder / file_name(grant.stack))}: {grant.because}"
        yield from (f"    {line}" for line in grant.lines)


def _before(proposal: Proposal) -> Iterator[str]:
    """Things that have to exist before the first deployment, which no stack makes."""
    answers = proposal.answers
    roles = [role for role in (answers.members, answers.promoters) if role]
    yield "Before the first `pulumi up`"
    yield f"  the account has the IAM {'role' if len(roles) == 1 else 'roles'} {' and '.join(roles)}"
    yield f"  the pager knows the escalation policy {answers.escalation}"
    units = "vCPUs" if answers.vcpus else answers.accelerator
    yield f"  AWS grants as many {units} as the pool may run: a service quota of EC2"


def _next(proposal: Proposal) -> Iterator[str]:
    yield "Next"
    yield from columns(
        [
            ("paved validate", "refuses the folder until the additions above are made")
            if proposal.grants
            else ("paved validate", "the folder with the new file"),
            (f"paved plan {proposal.name}", "every resource"),
            (f"paved rehearse {proposal.name}", "creates them in an in-memory AWS"),
            ("paved review --against main", "the same for the pull request"),
            (f"pulumi up -s {proposal.name}", "by the platform's deploy role, once it is merged"),
        ],
        "  ",
    )
