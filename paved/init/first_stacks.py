"""The stack files of a new organisation, tried together before any is written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from paved.edit.scratch import in_folder
from paved.init.answers import InitAnswers
from paved.init.base_stacks import BaseStacks
from paved.onboard.proposal import Proposal, Proposer
from paved.onboard.questions import Asked, answered
from paved.onboard.template import Template, template_called
from paved.review.stack_changes import Judge, JudgedPlan
from stacks.checks.folder import Folder
from stacks.reading.editor_schema import schema_text
from stacks.reading.problems import ConfigError, file_name

SCHEMA = "schema.json"
"""Named by the first line of every stack file, and completed from by editors."""


@dataclass(frozen=True, kw_only=True)
class FirstStacks:
    """The files of a new organisation by name, and each of their stacks as it was tried."""

    base: BaseStacks
    team: str
    template: Template
    texts: Mapping[str, str]
    stacks: Mapping[str, JudgedPlan]

    @property
    def violations(self) -> tuple[str, ...]:
        """Violations of mandatory rules, each with its stack."""
        found: list[str] = []
        for name, judged in self.stacks.items():
            for each in judged.report.violations:
                found.append(f"{name}: {each.rule} {each.resource}: {each.message}")
        return tuple(found)


def first_stacks(answers: InitAnswers, team: Mapping[str, Any], judge: Judge, folder: Path) -> FirstStacks:
    """Try a foundation, a platform and a first team. `team` holds further answers of `paved onboard`.

    Raises BadInput for an answer and ConfigError for a file that does not stand, in the words of `folder`.
    """
    template = template_called(answers.template)
    least = {"accelerator": answers.accelerator, "vcpus" if template.vcpus else "gpus": 1}
    base = BaseStacks(answers=answers, capacity=(least,))
    with _scratch(base.texts) as scratch:
        proposal = _first_team(base, template, team, judge, scratch, folder)
    base = _granted(base, proposal)
    texts = {**base.texts, file_name(proposal.name): proposal.text}
    with _scratch(texts) as scratch:
        _refuse(Folder.read(scratch, judge.as_of), scratch, folder)
        stacks = judge.folder(scratch).stacks
    return FirstStacks(base=base, team=proposal.name, template=template, texts=texts, stacks=stacks)


def _first_team(
    base: BaseStacks, template: Template, given: Mapping[str, Any], judge: Judge, scratch: Path, folder: Path
) -> Proposal:
    answers = base.answers
    read = Folder.read(scratch, judge.as_of)
    _refuse(read, scratch, folder)
    own: dict[str, Any] = {
        "team": answers.team,
        "email": answers.team_email,
        "cost_center": answers.team_cost_center,
        **given,
    }
    if not template.vcpus:
        own["accelerator"] = answers.accelerator
    asked = Asked(folder=read, template=template, answers=own)
    known = answered(asked, None)
    asked = replace(asked, answers=known.model_dump())
    proposal = Proposer(folder=scratch, judge=judge, asked=asked, answers=known).propose()
    if proposal.problems:
        raise ConfigError([in_folder(each, scratch, folder) for each in proposal.problems])
    return proposal


def _granted(base: BaseStacks, proposal: Proposal) -> BaseStacks:
    """The two stacks with what the first team needs of them: its entry in the register, and its GPUs."""
    teams, capacity = base.teams, base.capacity
    for grant in proposal.grants:
        if grant.stack == base.foundation:
            teams = grant.sections["organisation"]["teams"]
        else:
            capacity = grant.sections["queues"]["capacity"]
    return replace(base, teams=teams, capacity=capacity, ceiling=proposal.money.budget)


@contextmanager
def _scratch(texts: Mapping[str, str]) -> Iterator[Path]:
    with TemporaryDirectory(prefix="paved-") as made:
        for name, text in {**texts, SCHEMA: schema_text()}.items():
            (Path(made) / name).write_text(text, encoding="utf-8", newline="\n")
        yield Path(made)


def _refuse(read: Folder, scratch: Path, folder: Path) -> None:
    if read.problems:
        raise ConfigError([in_folder(each, scratch, folder) for each in read.problems])
