"""`paved init`: the first foundation, platform and team of an organisation, from a few answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.asking import Gpus, Hours, Text, Vcpus, answer, ask, is_terminal
from paved.cli.cost import Prices
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, given_or_own, has_stacks, plan_cache
from paved.errors import BadInput, Refused

if TYPE_CHECKING:
    from paved.init.first_stacks import FirstStacks


Where = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR",
        help="A new folder, which becomes a project of its own; by default `stacks` of this one.",
        show_default=False,
    ),
]
Account = Annotated[Text, answer("ID", "The AWS account, 12 digits.")]
RegionOption = Annotated[Text, answer("REGION", "The region, such as eu-central-1.")]
Address = Annotated[Text, answer("ADDRESS", "Who of the platform hears of alerts.")]
Payer = Annotated[Text, answer("CC-0000", "The cost center of the platform.")]
TemplateName = Annotated[
    Text, answer("NAME", "What the first team does: a template of `paved onboard --list`.")
]
TeamSlug = Annotated[Text, answer("SLUG", "The first team, in lower case.")]
TeamAddress = Annotated[
    Text, answer("ADDRESS", "Who of that team hears of alerts; by default as the platform.")
]
TeamPayer = Annotated[Text, answer("CC-0000", "Its cost center; by default the platform's.")]
Accelerator = Annotated[Text, answer("CLASS", "Its class of accelerators; by default the template's.")]
Environment = Annotated[Text, answer("dev|staging|prod", "By default as the template says.")]
Called = Annotated[Text, answer("SLUG", "Names foundation and platform; by default the environment.")]
Zones = Annotated[Text, answer("ID,ID,ID", "Three zones by id; by default those that have the accelerators.")]
Cidr = Annotated[Text, answer("NETWORK", "An unused private network; by default 10.16.0.0/16.")]
Deployer = Annotated[Text, answer("ROLE", "The IAM role that deploys; by default paved-deploy.")]
Engineers = Annotated[Text, answer("ROLE", "The IAM role of the engineers; by default platform-engineer.")]
Who = Annotated[Text, answer("@WHO", "Who agrees to changes; by default the platform's address.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the files too, and write nothing.")]


def init(
    context: typer.Context,
    directory: Where = None,
    account: Account = None,
    region: RegionOption = None,
    email: Address = None,
    cost_center: Payer = None,
    template: TemplateName = None,
    team: TeamSlug = None,
    team_email: TeamAddress = None,
    team_cost_center: TeamPayer = None,
    accelerator: Accelerator = None,
    gpus: Gpus = None,
    vcpus: Vcpus = None,
    hours: Hours = None,
    environment: Environment = None,
    name: Called = None,
    zones: Zones = None,
    cidr: Cidr = None,
    deploy_role: Deployer = None,
    engineers: Engineers = None,
    reviewer: Who = None,
    dry_run: DryRun = False,
    json: Json = False,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Write the first foundation, platform and team: validated, priced and judged, and nothing overwritten."""
    folder = _free(directory)
    first = _first_stacks(context.params, folder, is_asking=is_terminal() and not json)
    return _finish(first, folder, is_own_project=directory is not None, dry_run=dry_run, json=json)


def _first_stacks(options: dict[str, Any], folder: Path, *, is_asking: bool) -> "FirstStacks":
    """The stacks of the answers, given or asked for, as they were tried. Raises BadInput and ConfigError."""
    from paved.cost.book import book_of
    from paved.init.answers import InitAnswers, init_answers
    from paved.init.first_stacks import first_stacks
    from paved.review.stack_changes import Judge

    said = {key: value for key, value in options.items() if value is not None}
    if "zones" in said:
        said["zones"] = _zones(said["zones"])
    answers = init_answers(
        {key: said[key] for key in InitAnswers.model_fields if key in said}, _ask if is_asking else None
    )
    of_team: dict[str, Any] = {key: said[key] for key in ("gpus", "vcpus", "hours") if key in said}
    book, day = book_of(options["prices"]), as_of_date(options["as_of"])
    judge = Judge(book=book, as_of=day, cache=plan_cache(options["no_cache"]))
    return first_stacks(answers, of_team, judge, folder / "stacks")


def _free(directory: Path | None) -> Path:
    """The project to write to, which has no stack file yet. Raises BadInput."""
    if directory is None:
        own = given_or_own(None)
        if has_stacks(own):
            raise BadInput(
                f"{own.name}/ has stack files already, and none is ever overwritten",
                hint="`paved onboard` adds a team; `paved init DIR` begins a project of its own",
            )
        return own.parent
    if directory.is_symlink() or (directory.exists() and not directory.is_dir()):
        raise BadInput(f"`{directory}` is there already, and is no folder")
    if directory.is_dir() and any(directory.iterdir()):
        raise BadInput(
            f"`{directory}` is not empty, and nothing is ever overwritten", hint="name a new folder"
        )
    return directory


def _zones(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _ask(name: str, text: str, first: Any) -> Any:
    from paved.init.answers import InitAnswers
    from paved.onboard.answers import answer_problems

    def problems(value: Any) -> list[str]:
        return [says for key, says in answer_problems({name: value}, InitAnswers) if key == name]

    if name != "zones":
        return ask(text, first, str, problems)
    return ask(text, ",".join(first), _zones, problems)


def _finish(first: "FirstStacks", folder: Path, *, is_own_project: bool, dry_run: bool, json: bool) -> int:
    """Print what was tried, and write it where no rule is against it. Raises BadInput and Refused."""
    from paved.files import write_files
    from paved.init.project_files import project_files
    from paved.init.view import first_stacks_data, first_stacks_view
    from stacks.reading.loader import display

    files = {f"stacks/{name}": text for name, text in first.texts.items()}
    files |= project_files() if is_own_project else {}
    shown = sorted(display(folder / name) for name in files)
    is_written = not dry_run and not first.violations
    if is_written:
        write_files(folder, files)
    if json:
        show_json(first_stacks_data(first, shown, is_written=is_written))
    else:
        texts = "\n".join(first.texts.values()) if dry_run else ""
        show(f"{texts}\n{first_stacks_view(first, shown, is_own_project=is_own_project)}".lstrip())
    if first.violations:
        raise Refused("\n".join(first.violations), hint="nothing is written: other answers may do")
    hint(
        f"wrote {len(files)} files: read them, and change what is not so"
        if is_written
        else "nothing is written"
    )
    return 0
