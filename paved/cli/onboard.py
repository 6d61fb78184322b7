"""`paved onboard`: a stack file for a new team, from a template and answers in the team's words."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.asking import Gpus, Hours, Number, Text, Vcpus, answer, ask, is_terminal
from paved.cli.cost import Prices
from paved.cli.output import hint, show, show_json, tell
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir, stacks_to_change
from paved.errors import BadInput, Refused

if TYPE_CHECKING:
    from paved.onboard.proposal import Proposal
    from paved.onboard.questions import Asked, Question
    from paved.onboard.template import Template
    from paved.review.stack_changes import Judge
    from stacks.checks.folder import Folder


Name = Annotated[Text, answer("NAME", "What the team does: a template of `--list`.")]
TeamSlug = Annotated[Text, answer("SLUG", "The team, in lower case.")]
Address = Annotated[Text, answer("ADDRESS", "Who hears of alerts and of the budget.")]
Payer = Annotated[Text, answer("CC-0000", "The cost center that pays.")]
Secrecy = Annotated[Text, answer("CLASS", "The most secret data of the team, such as `internal`.")]
PlatformName = Annotated[
    Text, answer("STACK", "The platform to stand on; by default the one that fits best.")
]
Accelerator = Annotated[Text, answer("CLASS", "The class of accelerators, such as `h100`.")]
Serves = Annotated[Text, answer("SLUG", "The model that serves, by name.")]
Tier = Annotated[Number, answer("1|2|3", "Who waits for it: 1 day and night, 2 in office hours, 3 nobody.")]
Predictions = Annotated[Number, answer("NUMBER", "The predictions of a month.")]
Dollars = Annotated[Text, answer("USD", "The budget of a month; by default what the work comes to.")]
Chat = Annotated[Text, answer("#CHANNEL", "A chat channel.")]
Pager = Annotated[Text, answer("SLUG", "The escalation policy that pages the team.")]
Members = Annotated[Text, answer("ROLE", "An IAM role of the account that runs the team's jobs.")]
Promoters = Annotated[Text, answer("ROLE", "Another IAM role, which decides what serves.")]
Who = Annotated[Text, answer("@WHO", "Who of the team agrees to changes: @organisation/team or an address.")]
Listed = Annotated[bool, typer.Option("--list", help="List the templates, and exit.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the file too, and write nothing.")]
Draft = Annotated[
    bool, typer.Option("--draft", help="Write it even where it is refused, to be mended by hand.")
]


def onboard(
    context: typer.Context,
    template: Name = None,
    team: TeamSlug = None,
    email: Address = None,
    cost_center: Payer = None,
    data_class: Secrecy = None,
    platform: PlatformName = None,
    accelerator: Accelerator = None,
    gpus: Gpus = None,
    vcpus: Vcpus = None,
    hours: Hours = None,
    endpoint: Serves = None,
    tier: Tier = None,
    predictions: Predictions = None,
    budget: Dollars = None,
    chat: Chat = None,
    escalation: Pager = None,
    members: Members = None,
    promoters: Promoters = None,
    reviewer: Who = None,
    list_templates: Listed = False,
    dry_run: DryRun = False,
    draft: Draft = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Propose a team's stack file: validated, priced, judged by the rules, and written where there is none."""
    from paved.cost.book import book_of
    from paved.review.stack_changes import Judge

    if list_templates:
        return _list(json=json)
    judge = Judge(book=book_of(prices), as_of=as_of_date(as_of), cache=plan_cache(no_cache))
    folder = stacks_dir(stacks) if dry_run else stacks_to_change(stacks)
    asked = _asked(folder, judge, context.params, is_asking=is_terminal() and not json)
    return _finish(_proposal(folder, judge, asked), asked.template, folder, context.params)


def _list(*, json: bool) -> int:
    from paved.onboard.view import templates_data, templates_view

    if json:
        show_json(templates_data())
        return 0
    show(templates_view())
    hint("`paved onboard --template NAME` asks what else it has to know")
    return 0


def _asked(folder: Path, judge: "Judge", options: dict[str, Any], *, is_asking: bool) -> "Asked":
    """The answers of the command line and of a person. Raises BadInput with all that is missing or wrong."""
    from paved.onboard.answers import Answers
    from paved.onboard.questions import Asked, answered
    from paved.onboard.template import template_called
    from stacks.checks.folder import Folder

    read = Folder.read(folder, judge.as_of)
    _refuse_without_platform(read)
    template = template_called(_template_name(options["template"], is_asking=is_asking))
    given = {name: options[name] for name in Answers.model_fields if options[name] is not None}
    if "budget" in given:
        given["budget"] = _converted("budget", given["budget"])
    asked = Asked(folder=read, template=template, answers=given)
    answers = answered(asked, _ask if is_asking else None)
    return replace(asked, answers=answers.model_dump())


def _refuse_without_platform(read: "Folder") -> None:
    if read.organisation.platforms:
        return
    raise BadInput(
        "the folder has no platform that can be read, and a team stack stands on one",
        hint="`paved validate` says what is wrong with those that are there",
    )


def _template_name(given: str | None, *, is_asking: bool) -> str:
    from paved.onboard.template import templates
    from stacks.reading.explain import listed

    if given is not None:
        return given
    if not is_asking:
        raise BadInput(
            f"`--template` is needed: {listed(list(templates()))}", hint="`--list` says what each is for"
        )
    from paved.onboard.view import templates_view

    tell(f"{templates_view()}\n")
    name: str = typer.prompt("what the team does, by the name of a template", err=True)
    return name


def _ask(question: "Question", first: Any) -> Any:
    from paved.onboard.answers import answer_problems

    def problems(value: Any) -> list[str]:
        return [text for name, text in answer_problems({question.name: value}) if name == question.name]

    convert = partial(_converted, question.name)
    return ask(question.text, first, convert, problems, may_be_open=question.may_be_open)


def _converted(name: str, text: str) -> Any:
    """A text as the number that it is; as it was where none is wanted or it is none, which is told as any mistake."""
    from decimal import Decimal

    from stacks.reading.scalars import DECIMAL, WHOLE

    if name == "budget" and (WHOLE.fullmatch(text) or DECIMAL.fullmatch(text)):
        return Decimal(text)
    if name in ("gpus", "hours", "tier", "predictions") and WHOLE.fullmatch(text):
        return int(text)
    return text


def _proposal(folder: Path, judge: "Judge", asked: "Asked") -> "Proposal":
    """The proposal, whose place is free. Raises BadInput and ConfigError."""
    from paved.onboard.answers import Answers
    from paved.onboard.proposal import Proposer, new_path

    answers = Answers.model_validate(dict(asked.answers))
    proposer = Proposer(folder=folder, judge=judge, asked=asked, answers=answers)
    new_path(folder, proposer.name)
    return proposer.propose()


def _finish(proposal: "Proposal", template: "Template", folder: Path, options: dict[str, Any]) -> int:
    """Print the proposal and write it, where nothing is against either. Raises ConfigError and Refused."""
    from paved.files import write_new
    from paved.onboard.proposal import new_path
    from paved.onboard.view import proposal_data, proposal_view

    is_written = not options["dry_run"] and (options["draft"] or not proposal.is_refused)
    path = new_path(folder, proposal.name)
    if is_written:
        write_new(path, proposal.text)
    if options["json"]:
        show_json(proposal_data(proposal, template, folder, is_written=is_written))
    else:
        text = f"{proposal.text}\n" if options["dry_run"] else ""
        show(f"{text}{proposal_view(proposal, template, folder)}")
    if is_written:
        hint(f"wrote {_shown(path)}: read it, and change what is not so")
    _refuse(proposal)
    return 0


def _shown(path: Path) -> str:
    from stacks.reading.loader import display

    return display(path)


def _refuse(proposal: "Proposal") -> None:
    """Raises ConfigError for mistakes and Refused for violations of mandatory rules."""
    from stacks.reading.problems import ConfigError

    if proposal.problems:
        raise ConfigError(proposal.problems)
    violations = proposal.judged.report.violations if proposal.judged else ()
    if violations:
        told = [f"{each.rule} {each.resource}: {each.message}" for each in violations]
        raise Refused(
            "\n".join(told),
            hint="other answers may do, or `--draft` writes the file to be mended by hand",
        )
