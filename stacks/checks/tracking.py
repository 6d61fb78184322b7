"""Rules of a team's tracking: something records to it, its artifacts have a place, and regulated data a private way."""

from collections.abc import Iterator

from stacks.checks.check import check, folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem, at
from stacks.schema import Team
from stacks.schema.security_level import has_private_mlflow


@check(Team)
def tracking_has_jobs_and_a_bucket(stack: Team) -> Iterator[Problem]:
    """Training jobs record to the server, and runs keep their files in the models bucket."""
    if stack.tracking and stack.registry is None:
        yield at(
            "registry", says="is required with `tracking`: runs keep their files in its bucket of models"
        )
    if stack.tracking and stack.training is None:
        yield at("training", says="is required with `tracking`: its jobs are who records")


@folder_check
def regulated_runs_stay_in_the_vpc(organisation: Organisation) -> Iterator[StackProblem]:
    """What jobs on regulated data record does not go out through NAT."""
    for name, team, platform, foundation in organisation.on_foundations():
        if team.tracking and team.data_class == "regulated" and not has_private_mlflow(foundation):
            says = f"must be true: jobs of `{name}` record to MLflow from regulated data"
            yield platform.foundation, at("network", "private_mlflow", says=says)
