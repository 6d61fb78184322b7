"""A field that nothing comes of does not belong in the model."""

import json
import shutil
import typing
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from paved.cost.data import cost_data
from paved.cost.stack_cost import Costs
from paved.plan.planner import Planner
from paved.review.codeowners import codeowners
from paved.review.needed import reviewers_of
from paved.review.roles import Role
from policies.evaluation import PolicyReport
from reference.prices import packaged_prices
from stacks.checks.folder import Folder, checked_file
from stacks.checks.register import register_above
from stacks.reading.problems import ConfigError
from stacks.schema import Foundation, Platform, Team
from tests.conftest import STACKS
from tests.stacks.field_values import FILLED
from tests.stacks.fields import fields, occurrences, others, replaced

MODELS = {"foundation": Foundation, "platform": Platform, "team": Team}
FIELDS = sorted(
    {field for model in MODELS.values() for field in fields(model) if not field.endswith(".kind")}
)
DAY = date(2026, 11, 21)
SAID_AS = {
    "Organisation.mail_domains": "outside the mail domains",
    "Organisation.teams": "does not register",
    "RegisteredTeam.freeze_percent": "registers `",
    "RegisteredTeam.mail_domains": "outside the mail domains",
    "Reservation.instances": "instances reserved",
    "SharedPool.name": "does not grant to",
    "Tenancy.dedicated_to": "which serves the team `",
}
EXAMPLES = Path(__file__).parents[3] / "examples"


def write(folder, name, data):
    config = {f"paved:{key}": value for key, value in without_none(data).items()}
    # JSON is YAML in which every text is in quotes, as a stack file needs them around a moment.
    (folder / f"Pulumi.{name}.yaml").write_text(json.dumps({"config": config}, indent=1), encoding="utf-8")


def without_none(value):
    match value:
        case dict():
            return {key: without_none(item) for key, item in value.items() if item is not None}
        case list():
            return [without_none(item) for item in value]
        case _:
            return value


def numbers(value, key=""):
    """Decimals are dumped as text; a stack file has them as numbers."""
    match value:
        case dict():
            return {key: numbers(item, key) for key, item in value.items()}
        case list():
            return [numbers(item) for item in value]
        case str() if key.endswith(("_usd", "percent", "threshold")):
            return float(value)
        case _:
            return value


@pytest.fixture(scope="module")
def planner(tmp_path_factory, suite_cache):
    """Plans of the sample stacks and of the worked examples, in one folder."""
    folder = tmp_path_factory.mktemp("all")
    for path in (*STACKS.glob("Pulumi.*.yaml"), *EXAMPLES.glob("*/Pulumi.*.yaml")):
        shutil.copy(path, folder)
    return Planner.of_folder(folder, cache=suite_cache)


@pytest.fixture(scope="module")
def complete(planner):
    """Each sample stack with every default written out, as JSON data."""
    return {name: numbers(json.loads(planner.config(name).stack.model_dump_json())) for name in planner.names}


@pytest.fixture(scope="module")
def filled(complete, planner):
    """The sample stacks, and then those with sections that no sample has, since time or money is against it.

    The small ones come first: what a field does is seen there in a third of the time.
    """
    by_size = sorted(complete, key=lambda name: len(planner.plan(name).resources))
    return [
        *((name, complete[name]) for name in by_size),
        *((name, replaced(complete[name], path, value)) for name, path, value in FILLED),
    ]


@pytest.fixture(scope="module")
def outcome(planner, complete, tmp_path_factory):
    """A sample stack with other values: its plan, or the problems that its checks find."""
    folder = tmp_path_factory.mktemp("stacks")
    for name, data in complete.items():
        write(folder, name, data)
    deployed = {name: planner.plan(name).outputs for name in planner.names}
    files = {name: checked_file(folder / f"Pulumi.{name}.yaml") for name in complete}

    @cache
    def of(name, text):
        write(folder, name, json.loads(text))
        try:
            changed = checked_file(folder / f"Pulumi.{name}.yaml")
        except ConfigError as refusal:
            return str(refusal)
        # The other files are as they were, and only what is between them is checked anew.
        together = Folder("stacks", {**files, name: changed}.values(), {})
        if together.problems:
            return str(ConfigError(together.problems))
        return planned(Planner(together, deployed), name)

    return lambda name, data: of(name, json.dumps(data))


def planned(planner, name):
    """The resources of a stack, their costs, and who reviews its file."""
    cost = Costs(planner, packaged_prices(), DAY).of(name)
    unjudged = PolicyReport(
        stack=name, security="standard", findings=(), undetermined=(), excepted=(), passed=0, pending=()
    )
    return {
        "plan": planner.plan(name).as_json(),
        "cost": cost_data(cost, (), unjudged),
        "owners": codeowners(planner.folder.organisation, "stacks"),
        "reviewers": reviewers(planner, name),
    }


def reviewers(planner, name):
    """The reviewers of each role for a stack."""
    stack = planner.config(name).stack
    register = register_above(name, planner.folder.organisation)
    return {role: reviewers_of(role, stack, register) for role in typing.get_args(Role)}


def is_valid(data):
    try:
        MODELS[data["kind"]].model_validate_json(json.dumps(without_none(data)))
    except ValidationError:
        return False
    return True


def valid_changes(field, filled):
    for name, data in filled:
        for found, path, annotation, value in occurrences(MODELS[data["kind"]], data):
            if found == field:
                for other in others(field, annotation, value):
                    if is_valid(replaced(data, path, other)):
                        yield name, data, path, other


def test_a_stack_with_its_defaults_written_out_has_the_same_plan(planner, complete, outcome):
    for name in planner.names:
        assert outcome(name, complete[name]) == planned(planner, name)


@pytest.mark.parametrize("field", FIELDS)
def test_another_value_changes_a_plan_or_a_check_refuses_it_by_name(field, filled, outcome):
    tried = []
    for name, data, path, other in valid_changes(field, filled):
        found = outcome(name, replaced(data, path, other))
        if found != outcome(name, data) and (isinstance(found, dict) or names(field, found)):
            return
        tried.append(f"{name}: {path} = {other!r}")
    pytest.fail("nothing comes of " + ("; ".join(tried) or "it: no other valid value is known"))


def names(field, refusal):
    """Whether a rule's sentence is about the field."""
    name = field.rpartition(".")[2]
    return any(spelt in refusal for spelt in (f"{name}`", f".{name}", SAID_AS.get(field, name)))
