"""Sample stacks in an in-memory account, and an audit of one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session
from botocore.validate import validate_parameters

from paved.audit.audit import audit
from paved.audit.audited_stack import AuditedStack
from paved.audit.outcome import Audit
from paved.audit.rehearsed import account_of, simulator_limits
from paved.aws.reading.account import AccountReader
from paved.aws.reading.lookup import TargetAccount
from paved.plan.model import Plan
from paved.plan.planner import Planner
from paved.rehearsal.rehearsal import Rehearsal, rehearse
from tests.paved.audit.as_lists import AsLists


@pytest.fixture(scope="module")
def vision(planner: Planner) -> Iterator[Rehearsal]:
    """Vision's stacks, rehearsed once for the tests of a module."""
    planner.plan("vision-prod")  # a plan is not made while a rehearsal is open
    with rehearse(planner.folder, ["vision-prod"]) as rehearsal:
        yield rehearsal


@pytest.fixture
def audited(planner: Planner) -> Callable[..., Audit]:
    """Audit a stack of an open rehearsal."""

    def run(rehearsal: Rehearsal, name: str) -> Audit:
        limits = simulator_limits(rehearsal, name)
        return audit(AuditedStack.of(planner, name), account_of(rehearsal, name), limits)

    return run


@pytest.fixture
def audit_answers() -> Callable[..., Audit]:
    """Audit resources of a plan by answers of a test, each held to AWS's own model of the call."""
    models = Session()

    def run(plan: Plan, kinds: tuple[str, ...], answers: dict[str, Any]) -> Audit:
        def answer(operation: Any, params: dict[str, Any]) -> Any:
            validate_parameters(params, operation.input_shape)
            given = answers[f"{operation.service_model.service_name}.{operation.name}"]
            given = given(params) if callable(given) else given
            validate_parameters(given, operation.output_shape)
            return given

        chosen = [
            each for each in plan.resources if not each.type.startswith("aws:") or each.type.startswith(kinds)
        ]
        part = Plan(stack=plan.stack, resources=tuple(chosen), outputs={})
        target = TargetAccount(account="111122223333", partition="aws")
        stack = AuditedStack(plan=part, target=target, region="us-east-1", team="platform", others=())
        answers = {**nothing_more(plan), **answers}
        return audit(
            stack,
            AccountReader(lambda service, region: AnsweringClient(models.get_service_model(service), answer)),
        )

    return run


def nothing_more(plan: Plan) -> dict[str, Any]:
    """Answers to the calls that list what nobody planned."""
    lists = AsLists(plan)
    methods = [getattr(lists, name) for name, made in vars(AsLists).items() if hasattr(made, "call")]
    return {
        "resourcegroupstaggingapi.GetResources": {"ResourceTagMappingList": []},
        "iam.ListRoles": {"Roles": []},
        **{method.call: partial(method, None) for method in methods},
    }


class AnsweringClient:
    """A client of one service whose every answer comes from one function."""

    def __init__(self, model: Any, answer: Callable[[Any, dict[str, Any]], Any]):
        self._model, self._answer = model, answer

    def can_paginate(self, _: str) -> bool:
        return False

    def __getattr__(self, method: str) -> Any:
        [operation] = [each for each in self._model.operation_names if xform_name(each) == method]
        return lambda **params: self._answer(self._model.operation_model(operation), params)
