"""Questions to a new team, in its own words, and the answer that each begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from paved.errors import BadInput
from paved.onboard.answers import Answers, answer_problems, option
from paved.onboard.pool import usual_gpus
from paved.onboard.template import Template
from stacks.checks.folder import Folder
from stacks.checks.organisation import Organisation
from stacks.checks.register import entry_of, register_above
from stacks.reading.explain import listed, nearest
from stacks.schema import Foundation, Platform


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A team's answers so far, beside the folder and the template that they are for."""

    folder: Folder
    template: Template
    answers: Mapping[str, Any]

    @property
    def organisation(self) -> Organisation:
        """The folder's stacks without a mistake in their own files."""
        return self.folder.organisation

    @property
    def platform(self) -> Platform:
        """The platform that the team chose."""
        return self.organisation.platforms[self.answers["platform"]]

    @property
    def foundation(self) -> Foundation:
        """The foundation of that platform. Raises BadInput where its file cannot be read."""
        name = self.platform.foundation
        if name not in self.organisation.foundations:
            raise BadInput(f"`{name}`, on which `{self.answers['platform']}` stands, cannot be read")
        return self.organisation.foundations[name]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. Without a first answer it has to be answered, unless it may be left open."""

    name: str
    text: str
    first: Callable[[Asked], Any] = lambda _: None
    of: Literal["all", "training", "serving", "gpus", "cpus"] = "all"
    may_be_open: bool = False

    def is_asked(self, template: Template) -> bool:
        """Whether a template has a use for the answer."""
        if self.of in ("gpus", "cpus"):
            return (self.of == "cpus") == bool(template.vcpus)
        return self.of == "all" or (self.of == "serving") == template.serves


NEEDED = ("team", "email", "cost_center")
"""Answers that nobody but the team knows. The others follow from what comes before."""

Ask = Callable[[Question, Any], Any]
"""Asks a person, and offers the first answer."""


def answered(asked: Asked, ask: Ask | None) -> Answers:
    """The answers given, those of a person, and the first ones for the rest. Raises BadInput with all that is wrong."""
    _refuse([text for _, text in answer_problems(asked.answers)])
    _refuse(_of_no_use(asked))
    answers: dict[str, Any] = {}
    missing: list[str] = []
    for question in QUESTIONS:
        value = asked.answers.get(question.name)
        now = replace(asked, answers=answers)
        if value is None and question.is_asked(asked.template) and not missing:
            first = question.first(now)
            value = ask(question, first) if ask else first
        if question.name == "platform" and value is not None:
            _refuse(_no_platform(value, asked.organisation))
        if value is not None:
            answers[question.name] = value
        elif not question.may_be_open and question.is_asked(asked.template):
            missing.append(question.name)
    _refuse([f"`{option(name)}` is needed: {_text(name)}" for name in missing if name in NEEDED])
    _refuse([text for _, text in answer_problems(answers)])
    return Answers.model_validate(answers)


def _of_no_use(asked: Asked) -> list[str]:
    """Problems of answers that the template has no use for."""
    unused = [each for each in QUESTIONS if not each.is_asked(asked.template)]
    given = [each for each in unused if asked.answers.get(each.name) is not None]
    return [f"`{option(each.name)}` must be left out: {_why_not(each, asked.template)}" for each in given]


def _why_not(question: Question, template: Template) -> str:
    if question.of == "serving":
        return f"`{template.name}` serves nothing"
    if question.of == "training":
        return f"`{template.name}` serves, at every hour"
    has, instead = ("no accelerators", "--vcpus") if template.vcpus else ("accelerators", "--gpus")
    return f"the pool of `{template.name}` has {has}, say `{instead}`"


def _refuse(problems: list[str]) -> None:
    if problems:
        raise BadInput("\n".join(problems), hint="`paved onboard --help` says what each option means")


def _text(name: str) -> str:
    return next(question.text for question in QUESTIONS if question.name == name)


def _no_platform(name: str, organisation: Organisation) -> list[str]:
    known = list(organisation.platforms)
    if name in known:
        return []
    return [f"`--platform` must be {listed(known)}, got `{name}`{nearest(name, known)}"]


def _platform(asked: Asked) -> str:
    """The platform that fits best: that takes the team and its data, has a class, and is of the environment."""
    template, data_class = asked.template, asked.answers["data_class"]

    def misfits(name: str) -> tuple[bool, bool, bool, bool, str]:
        platform = asked.organisation.platforms[name]
        classes = {entry.accelerator for entry in platform.queues.capacity}
        dedicated = platform.tenancy.dedicated_to
        return (
            data_class not in platform.tenancy.data_classes,
            dedicated not in (None, asked.answers["team"]),
            platform.environment != template.environment,
            not classes & {*template.accelerators},
            name,
        )

    return min(asked.organisation.platforms, key=misfits)


def _accelerator(asked: Asked) -> str:
    """The template's first class of which the platform has GPUs."""
    offered = {entry.accelerator for entry in asked.platform.queues.capacity}
    wanted = asked.template.accelerators
    return next((each for each in wanted if each in offered), wanted[0])


def _gpus(asked: Asked) -> int:
    zones = asked.foundation.network.zones
    region = asked.platform.account.region
    return usual_gpus(asked.template, asked.answers["accelerator"], region, zones)


def _cost_center(asked: Asked) -> str | None:
    """The cost center of a team that is registered already."""
    register = register_above(asked.answers["platform"], asked.organisation)
    entry = entry_of(register, asked.answers["team"]) if register else None
    return entry.cost_center if entry else None


QUESTIONS = (
    Question(name="team", text="the team, in lower case, such as `vision`"),
    Question(name="email", text="an e-mail address that hears of alerts and of the budget"),
    Question(
        name="data_class",
        text="the most secret data that you hold: public, internal, confidential or regulated",
        first=lambda asked: asked.template.data_class,
    ),
    Question(name="platform", text="the platform to stand on", first=_platform),
    Question(name="cost_center", text="the cost center that pays, such as CC-2040", first=_cost_center),
    Question(
        name="accelerator",
        text="the class of accelerators, such as h100 or l4",
        first=_accelerator,
        of="gpus",
    ),
    Question(name="gpus", text="the most GPUs that may ever run at once", first=_gpus, of="gpus"),
    Question(
        name="vcpus",
        text="the most vCPUs that nodes may ever have at once, 16 in each",
        first=lambda asked: asked.template.vcpus,
        of="cpus",
    ),
    Question(
        name="hours",
        text="the hours of a month in which they work",
        first=lambda asked: asked.template.hours,
        of="training",
    ),
    Question(name="endpoint", text="the model that serves, by name", first=lambda _: "model", of="serving"),
    Question(
        name="tier",
        text="who waits for an answer: 1 people who notice a minute, 2 people in office hours, 3 nobody",
        first=lambda _: 1,
        of="serving",
    ),
    Question(
        name="predictions", text="the predictions of a month, where you know", of="serving", may_be_open=True
    ),
    Question(
        name="budget", text="dollars a month; leave it open to take what the work comes to", may_be_open=True
    ),
    Question(name="chat", text="a chat channel", first=lambda asked: f"#ml-{asked.answers['team']}"),
    Question(
        name="escalation",
        text="the escalation policy that pages you",
        first=lambda asked: f"{asked.answers['team']}-primary",
    ),
    Question(
        name="members",
        text="an IAM role of the account that runs your jobs",
        first=lambda asked: f"{asked.answers['team']}-engineers",
    ),
    Question(
        name="promoters",
        text="another IAM role, which decides what model serves",
        first=lambda asked: f"{asked.answers['team']}-release",
        of="serving",
    ),
    Question(
        name="reviewer",
        text="who of the team agrees to changes of the file: @organisation/team, @user or an e-mail address",
        first=lambda asked: asked.answers["email"],
    ),
)
"""Every question, after those that its first answer goes by."""
