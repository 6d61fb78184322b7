"""Answers of a new team, held to the limits that the same values have in a stack file."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from reference.accelerators import CPU_CLASS
from stacks.reading.explain import value_shown
from stacks.schema.base import (
    ChatChannel,
    CostCenter,
    DataClass,
    Email,
    RoleName,
    Section,
    Slug,
    StackName,
    Usd,
    Whole,
)
from stacks.schema.organisation import Reviewer


class Answers(Section):
    """Statements of a team about itself and its work. Each is an option of `paved onboard`, and a question."""

    team: Slug
    email: Email
    chat: ChatChannel
    escalation: Annotated[Slug, Field(description="the slug of the escalation policy that pages the team")]
    cost_center: CostCenter
    reviewer: Reviewer
    members: RoleName
    promoters: Annotated[
        RoleName | None,
        Field(description="the name of an IAM role of the account, after its path where it has one"),
    ] = None
    data_class: DataClass
    platform: StackName
    accelerator: Slug = CPU_CLASS
    gpus: Annotated[int | None, Field(ge=1, le=4096, description="1 to 4096 GPUs, or Neuron devices")] = None
    vcpus: Annotated[int | None, Field(ge=4, le=20_000, description="4 to 20000 vCPUs")] = None
    hours: Annotated[int, Field(ge=1, le=730, description="1 to 730 hours a month")] = 1
    endpoint: Slug = "model"
    tier: Annotated[
        Literal[1, 2, 3],
        Whole,
        Field(description="1 (pages day and night), 2 (pages in hours) or 3 (tickets)"),
    ] = 1
    predictions: Annotated[int | None, Field(ge=1, description="1 or more predictions a month")] = None
    budget: Annotated[Usd | None, Field(description="US dollars, more than 0, with at most two decimals")] = (
        None
    )

    @property
    def units(self) -> int:
        """The most GPUs, or vCPUs, that may ever run."""
        return self.gpus or self.vcpus or 0


def option(name: str) -> str:
    """The option by which an answer is given."""
    return f"--{name.replace('_', '-')}"


def answer_problems(given: Mapping[str, Any], model: type[Section] = Answers) -> Iterator[tuple[str, str]]:
    """Each answer that is not what it must be: its name and what is wrong. Answers that are missing are none."""
    try:
        model.model_validate({**given})
    except ValidationError as error:
        for found in error.errors(include_url=False):
            name = str(found["loc"][0])
            if found["type"] != "missing":
                must = model.model_fields[name].description
                value = given[name]
                got = ", ".join(value) if isinstance(value, tuple) else value_shown(found["input"])
                yield name, f"`{option(name)}` must be {must}, got {got}"
