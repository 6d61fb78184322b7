"""A team stack: what one team gets on the platform it names."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.access import TeamAccess
from stacks.schema.alerting import Alerting
from stacks.schema.base import (
    AccountSpec,
    DataClass,
    Emails,
    Environment,
    Lifecycle,
    Owner,
    Residency,
    Section,
    Security,
    StackName,
)
from stacks.schema.budget import BudgetSpec
from stacks.schema.data import Data
from stacks.schema.notebooks import NotebooksSpec
from stacks.schema.objectives import FreshnessObjective
from stacks.schema.registry import RegistrySpec
from stacks.schema.retraining import RetrainingSpec
from stacks.schema.serving import Serving
from stacks.schema.training import Tracking, TrainingSpec
from stacks.schema.usage import TeamUsage


class TeamMonitoring(Alerting):
    """`paved:monitoring`: the topic that the team's alerts go to, who else is told, and data that is kept fresh."""

    notify: Annotated[Emails, Field(description="1 to 10 e-mail addresses that hear of alerts")]
    freshness: Annotated[
        tuple[FreshnessObjective, ...], Field(max_length=50, description="at most 50 promises of fresh data")
    ] = ()
    keep_logs: Annotated[
        bool,
        Field(
            description="`true` where the platform has `monitoring.keep_logs`: what the team's pods write is kept in a "
            "log group of its own, for as long as its data class asks"
        ),
    ] = False
    send_traces: Annotated[
        bool,
        Field(
            description="`true` where the platform has `monitoring.traces`: the team's pods may send traces to its "
            "collector"
        ),
    ] = False


class Team(Section):
    """`Pulumi.<team>-<env>.yaml`."""

    kind: Literal["team"]
    environment: Environment
    platform: StackName
    owner: Owner
    account: AccountSpec
    data_class: DataClass
    residency: Residency
    # A section that is left out provisions nothing.
    access: TeamAccess | None = None
    registry: RegistrySpec | None = None
    training: TrainingSpec | None = None
    data: Data | None = None
    serving: Serving | None = None
    tracking: Tracking | None = None
    retraining: RetrainingSpec | None = None
    notebooks: NotebooksSpec | None = None
    monitoring: TeamMonitoring | None = None
    budget: BudgetSpec
    usage: TeamUsage = TeamUsage()
    security: Security = "standard"
    lifecycle: Lifecycle = "active"

    @property
    def has_namespace(self) -> bool:
        """Whether some section of it runs in the cluster."""
        return any((self.training, self.serving, self.data, self.notebooks))
