"""Roles that have to agree to a change, by the field that changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from paved.review.changes import FieldChange
from reference.security_level import reaches
from stacks.schema import Foundation, Platform, Stack, Team
from stacks.schema.base import Section

Role = Literal["team", "platform", "finance", "security"]


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Fields that concern a role of the organisation beside the owner of the file. An empty field is a whole file."""

    kind: type[Section]
    role: Role
    fields: tuple[str, ...]
    because: str


WHOLE_FILE = ""
CONCERNS = (
    Concern(
        kind=Team,
        role="finance",
        fields=(WHOLE_FILE, "owner.team", "owner.cost_center", "budget"),
        because="it decides who pays, how much, and who is told",
    ),
    Concern(
        kind=Team,
        role="platform",
        fields=(WHOLE_FILE, "account", "platform", "lifecycle", "serving", "training"),
        because="it takes room that teams share, or lifts a protection",
    ),
    Concern(
        kind=Team,
        role="security",
        fields=(WHOLE_FILE, "account", "platform", "data_class", "residency"),
        because="it decides where data may rest, and beside whom",
    ),
    Concern(
        kind=Team,
        role="security",
        fields=("access",),
        because="it decides who runs jobs, and who makes models serve",
    ),
    Concern(
        kind=Platform,
        role="security",
        fields=(WHOLE_FILE, "account", "foundation", "signatures", "tenancy", "lifecycle"),
        because="it decides which code runs, and whose",
    ),
    Concern(
        kind=Foundation,
        role="security",
        fields=(
            WHOLE_FILE,
            "account",
            "cluster.access",
            "cluster.break_glass_notify",
            "cluster.deploy_role",
            "cluster.log_days",
            "detection",
            "identity",
            "images",
            "lifecycle",
            "network.deploy_accounts",
            "network.flow_log_days",
            "network.private_mlflow",
            "network.public_buckets",
            "network.state_bucket",
            "organisation",
            "recovery",
            "storage",
        ),
        because="it decides who gets in, what is seen, and what is kept",
    ),
    Concern(
        kind=Foundation,
        role="finance",
        fields=(WHOLE_FILE, "guardrails", "organisation"),
        because="it decides what the account may cost, and who pays",
    ),
)
LOWERED = "it lowers the level of security"


def owner_of(stack: Stack) -> Role:
    """The role whose file a stack is."""
    return "team" if isinstance(stack, Team) else "platform"


def concerned(change: FieldChange, stack: Stack) -> Iterator[tuple[Role, str]]:
    """Roles that have to agree to a change beside the owner of the file, and why."""
    if change.field == "security" and not reaches(change.after, change.before):
        yield "security", LOWERED
    for concern in CONCERNS:
        if isinstance(stack, concern.kind) and any(_within(change.field, field) for field in concern.fields):
            yield concern.role, concern.because


def _within(field: str, of: str) -> bool:
    # Items of a list follow it in brackets.
    return field == of or (of != WHOLE_FILE and field.startswith((f"{of}.", f"{of}[")))
