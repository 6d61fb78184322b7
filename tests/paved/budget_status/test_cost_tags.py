"""Cost allocation tags are read and activated by calls that AWS's own model takes."""

import boto3
import pytest
from botocore.stub import Stubber

from paved.budget_status.cost_tags import BATCH, CostTag, activate, read_cost_tags
from reference.tags import TAG_KEYS, stack_tags


@pytest.fixture
def explorer():
    client = boto3.client(
        "ce", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stub:
        client.stub = stub
        yield client
        stub.assert_no_pending_responses()


def test_the_keys_are_those_that_every_stack_bears():
    made = stack_tags(team="t", environment="e", cost_center="c", data_class="d", service="s")
    assert tuple(sorted(made)) == TAG_KEYS


def test_each_tag_is_active_inactive_or_on_no_bill_yet(explorer):
    explorer.stub.add_response(
        "list_cost_allocation_tags",
        {
            "CostAllocationTags": [
                {
                    "TagKey": "team",
                    "Type": "UserDefined",
                    "Status": "Active",
                    "LastUpdatedDate": "2026-10-01T00:00:00Z",
                },
                {"TagKey": "service", "Type": "UserDefined", "Status": "Inactive"},
            ]
        },
        {"TagKeys": ["service", "team", "tier"], "Type": "UserDefined"},
    )
    assert read_cost_tags(explorer, ["service", "team", "tier"]) == [
        CostTag(key="service", status="inactive"),
        CostTag(key="team", status="active", since="2026-10-01"),
        CostTag(key="tier", status="unseen"),
    ]


def test_only_what_is_inactive_is_activated_and_a_refusal_is_kept(explorer):
    explorer.stub.add_response(
        "update_cost_allocation_tags_status",
        {"Errors": [{"TagKey": "service", "Code": "TagLimitExceeded", "Message": "500 are active"}]},
        {"CostAllocationTagsStatus": [{"TagKey": key, "Status": "Active"} for key in ("service", "team")]},
    )
    tags = [
        CostTag(key="service", status="inactive"),
        CostTag(key="team", status="inactive"),
        CostTag(key="environment", status="active"),
        CostTag(key="tier", status="unseen"),
    ]
    assert activate(explorer, tags) == {"service": "500 are active"}


def test_nothing_is_asked_where_nothing_is_inactive(explorer):
    assert activate(explorer, [CostTag(key="team", status="active")]) == {}


def test_a_batch_is_as_long_as_the_published_api_allows(explorer):
    operation = explorer.meta.service_model.operation_model("UpdateCostAllocationTagsStatus")
    assert operation.input_shape.members["CostAllocationTagsStatus"].metadata["max"] == BATCH
    keys = [f"key-{number:02}" for number in range(BATCH + 1)]
    for batch in (keys[:BATCH], keys[BATCH:]):
        wanted = [{"TagKey": key, "Status": "Active"} for key in batch]
        explorer.stub.add_response(
            "update_cost_allocation_tags_status", {}, {"CostAllocationTagsStatus": wanted}
        )
    assert activate(explorer, [CostTag(key=key, status="inactive") for key in keys]) == {}
