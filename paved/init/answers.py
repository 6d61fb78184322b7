"""Answers of a platform team that begins, held to the limits that the same values have in a stack file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from paved.errors import BadInput
from paved.init.defaults import ZONES, usual_class, usual_zones
from paved.onboard.answers import answer_problems, option
from paved.onboard.template import template_called, templates
from stacks.checks.instances import regions, zones_of
from stacks.checks.names import RESERVED
from stacks.reading.explain import listed, nearest
from stacks.schema.base import (
    AccountId,
    CostCenter,
    Email,
    Environment,
    RegionName,
    RoleName,
    Section,
    Slug,
    ZoneId,
)
from stacks.schema.foundation import Cidr
from stacks.schema.organisation import Reviewer
from stacks.schema.platform import Accelerator


class InitAnswers(Section):
    """Statements of a platform team about its account and its first team. Each is an option of `paved init`."""

    account: AccountId
    region: RegionName
    email: Email
    cost_center: CostCenter
    template: Slug
    team: Slug
    team_email: Email
    team_cost_center: CostCenter
    accelerator: Annotated[Accelerator, Field(description="an accelerator class, such as `h100`")]
    environment: Environment
    name: Slug
    zones: Annotated[
        tuple[ZoneId, ...],
        Field(
            min_length=3,
            max_length=3,
            description="three availability zones by id, such as `euc1-az1,euc1-az2,euc1-az3`, as a name such as "
            "`eu-central-1a` may be another zone in another account",
        ),
    ]
    cidr: Cidr
    deploy_role: RoleName
    engineers: RoleName
    reviewer: Reviewer


Given = Mapping[str, Any]
Ask = Callable[[str, str, Any], Any]
"""Asks a person by the name of an answer and the text of its question, and offers the first answer."""


@dataclass(frozen=True, kw_only=True)
class InitQuestion:
    """One question. Without a first answer it has to be answered."""

    name: str
    text: str
    first: Callable[[Given], Any] = lambda _: None


def init_answers(given: Given, ask: Ask | None) -> InitAnswers:
    """The answers given, those of a person, and the first ones for the rest. Raises BadInput with all that is wrong."""
    _refuse([*dict(answer_problems(given, InitAnswers)).values()])
    _refuse(_unknown(given))
    answers: dict[str, Any] = {}
    missing: list[str] = []
    for question in QUESTIONS:
        value = given.get(question.name)
        if value is None and not missing:
            first = question.first(answers)
            value = ask(question.name, question.text, first) if ask else first
        if value is not None:
            answers[question.name] = value
            _refuse([] if question.name in given else _unknown({question.name: value, **_region(answers)}))
        elif question.name in NEEDED:
            missing.append(f"`{option(question.name)}` is needed: {question.text}")
    _refuse(missing)
    _refuse([text for _, text in answer_problems(answers, InitAnswers)])
    return InitAnswers.model_validate(answers)


def _region(answers: Given) -> dict[str, Any]:
    return {"region": answers["region"]} if "region" in answers else {}


def _refuse(problems: list[str]) -> None:
    if problems:
        raise BadInput("\n".join(problems), hint="`paved init --help` says what each option means")


def _unknown(given: Given) -> list[str]:
    """Answers of the right form that name nothing: a template, a region, or zones of another."""
    found: list[str] = []
    for name, known in (("template", list(templates())), ("region", list(regions()))):
        if name in given and given[name] not in known:
            there_are = f": there are {listed(known)}" if len(known) <= 12 else ""
            hint = nearest(given[name], known) or there_are
            found.append(f"`{option(name)}` names none that Paved knows, got `{given[name]}`{hint}")
    if given.get("team") in RESERVED:
        found.append(f"`--team` must not be `{given['team']}`, a reserved name")
    template = templates().get(given.get("template", ""))
    if template and template.data_class == "regulated":
        found.append(
            f"`--template` {template.name} wants a platform of the level `hardened`, and this begins at `standard`: "
            "begin with another team, and climb as docs/guides/security.md tells"
        )
    zones = zones_of(given.get("region", ""))
    if zones and len(zones) < ZONES:
        found.append(
            f"`--region` must have {ZONES} zones for a foundation, got {given['region']}, which has {listed(zones)}"
        )
    strange = [zone for zone in given.get("zones", ()) if zones and zone not in zones]
    if strange:
        found.append(f"`--zones` must be of {listed(zones)} in {given['region']}, got {', '.join(strange)}")
    if len(set(given.get("zones", ()))) < len(given.get("zones", ())):
        found.append("`--zones` must be three different ones")
    return found


def _zones(answers: Given) -> tuple[str, ...]:
    return usual_zones(template_called(answers["template"]), answers["region"], answers["accelerator"])


def _accelerator(answers: Given) -> str:
    return usual_class(template_called(answers["template"]), answers["region"])


QUESTIONS = (
    InitQuestion(name="account", text="the AWS account, by its 12 digits"),
    InitQuestion(name="region", text="the region, such as eu-central-1"),
    InitQuestion(name="email", text="an e-mail address of the platform team"),
    InitQuestion(name="cost_center", text="the cost center of the platform, such as CC-1001"),
    InitQuestion(name="template", text="what the first team does, by a template of `paved onboard --list`"),
    InitQuestion(name="team", text="the first team, in lower case, such as `vision`"),
    InitQuestion(
        name="team_email",
        text="an e-mail address of that team",
        first=lambda answers: answers["email"],
    ),
    InitQuestion(
        name="team_cost_center",
        text="the cost center of that team",
        first=lambda answers: answers["cost_center"],
    ),
    InitQuestion(
        name="accelerator", text="its class of accelerators, such as h100 or l4", first=_accelerator
    ),
    InitQuestion(
        name="environment",
        text="dev, staging or prod",
        first=lambda answers: template_called(answers["template"]).environment,
    ),
    InitQuestion(
        name="name",
        text="the foundation and the platform by name, such as prod or eu",
        first=lambda answers: answers["environment"],
    ),
    InitQuestion(name="zones", text="three zones by id, those of the accelerators first", first=_zones),
    InitQuestion(
        name="cidr",
        text="an unused private network of /16 to /18",
        first=lambda _: "10.16.0.0/16",
    ),
    InitQuestion(name="deploy_role", text="the IAM role that deploys", first=lambda _: "paved-deploy"),
    InitQuestion(
        name="engineers", text="the IAM role of the platform's engineers", first=lambda _: "platform-engineer"
    ),
    InitQuestion(
        name="reviewer",
        text="who agrees to changes: @organisation/team, @user or an e-mail address",
        first=lambda answers: answers["email"],
    ),
)
"""Every question, after those that its first answer goes by."""

NEEDED = ("account", "region", "email", "cost_center", "template", "team")
"""Answers that nobody else knows. The others follow from what comes before."""
