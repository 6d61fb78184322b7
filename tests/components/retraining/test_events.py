"""A queue of events is filled by its source, and emptied from inside the account's networks alone."""

import pytest

from components.account import Account
from components.retraining.events import queue_policy
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
QUEUE = "arn:aws:sqs:us-east-1:111122223333:paved-vision-prod-retrain-new-labels"
POLICY = queue_policy(
    ACCOUNT, "paved-vision-prod-retrain-new-labels", "events.amazonaws.com", "arn:aws:events:rule/new"
)
POD = {"aws:principaltag/kubernetes-namespace": ("vision-prod",), "aws:securetransport": ("true",)}
INSIDE = {"aws:sourcevpc": ("vpc-1",)}


def asked(action="sqs:ReceiveMessage", **context):
    return decides(POLICY, Request(action=action, resource=QUEUE, context=context))


@pytest.mark.parametrize(
    "came_by", [INSIDE, {**INSIDE, "aws:vpceaccount": (ACCOUNT.id,)}, {"aws:viaawsservice": ("true",)}]
)
def test_a_pod_inside_is_held_to_its_own_role(came_by):
    assert asked(**POD, **came_by) == "nothing"


@pytest.mark.parametrize("came_by", [{}, {**INSIDE, "aws:vpceaccount": ("999900001111",)}])
def test_credentials_of_a_pod_empty_no_queue_from_outside(came_by):
    assert asked(**POD, **came_by) == "deny"


def test_who_is_no_pod_is_not_meant():
    assert asked(**{"aws:securetransport": ("true",)}) == "nothing"


def test_its_source_sends():
    context = {"aws:securetransport": ("true",), "aws:sourcearn": ("arn:aws:events:rule/new",)}
    assert asked("sqs:SendMessage", **context) == "allow"
