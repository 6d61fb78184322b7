"""`paved render`: a plan as files for other tools."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import show
from paved.cli.project import NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.plan.model import Plan
    from paved.plan.planner import Planner
    from paved.samples.samples import Samples

SamplesOption = Annotated[
    bool, typer.Option("--samples", help="Add jobs that a team can apply; needs `--image`.")
]
ImageOption = Annotated[
    str | None,
    typer.Option(
        "--image",
        metavar="IMAGE",
        help="What the sample jobs run: `<repository>:<tag>` of the team's own, or a whole image reference.",
        show_default=False,
    ),
]


def render(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack to render.", show_default=False)],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to write; an earlier rendering is replaced.")
    ],
    samples: SamplesOption = False,
    image: ImageOption = None,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    no_cache: NoCache = False,
) -> int:
    """Write every Kubernetes object as YAML and every AWS resource as JSON, so other tools can check them."""
    from paved.files import write_folder
    from paved.plan.planner import Planner
    from paved.render import UNKNOWN_TEXT, rendered_files

    if samples != (image is not None):
        raise BadInput("`--samples` and `--image IMAGE` go together: the image is what the sample jobs run")
    planner = Planner.of_folder(stacks_dir(stacks), as_of=as_of_date(as_of), cache=plan_cache(no_cache))
    planned = planner.plan(stack)
    jobs = _samples(planner, planned, image) if image else None
    files = rendered_files(planned, jobs.files if jobs else None)
    write_folder(out, files)
    manifests = sum(name.startswith("kubernetes/") for name in files)
    resources = sum(name.startswith("aws/") for name in files)
    unknown = sum(UNKNOWN_TEXT in text for name, text in files.items() if name.startswith("kubernetes/"))
    show(f"wrote {manifests} Kubernetes manifests and {resources} AWS resources to {out}")
    if unknown:
        show(f"{unknown} manifests hold {UNKNOWN_TEXT}: known only once their resource exists")
    if jobs:
        _print_samples(jobs, out)
    return 0


def _print_samples(samples: "Samples", out: Path) -> None:
    for name in samples.jobs:
        show(f"kubectl apply -f {out / name}")
    for name in samples.promotions:
        # A promoter's rights are to create, not to change.
        show(f"as a promoter: kubectl create -f {out / name}")
    for reason in samples.left_out:
        show(f"left out  {reason}")


def _samples(planner: "Planner", planned: "Plan", image: str) -> "Samples":
    """The sample jobs of a team stack. Raises BadInput for another kind of stack, or a team without training."""
    from paved.samples.samples import sample_jobs
    from paved.samples.team_facts import team_facts
    from stacks.program.admission import team_images
    from stacks.schema import Platform, Team

    team = planner.config(planned.stack).stack
    platform = planner.config(team.platform).stack if isinstance(team, Team) else None
    if not isinstance(team, Team) or not isinstance(platform, Platform):
        raise BadInput(f"`{planned.stack}` is no team's stack: jobs run on the pools of a team")
    facts = team_facts(planned, team, platform, image)
    if facts is None:
        raise BadInput(f"`{planned.stack}` has no `training`: there is no pool for a job to run on")
    images = team_images(platform)
    if not images.allows(facts.image, planned.stack):
        known = ", ".join(images.known(planned.stack))
        raise BadInput(
            f"admission of `{team.platform}` refuses the image `{facts.image}` to `{planned.stack}`",
            hint=f"an image starts with one of: {known}; or it is `<repository>:<tag>` of the team's own",
        )
    return sample_jobs(facts)
