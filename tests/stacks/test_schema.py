"""The model: strict to the letter, and of one mind with the schema that editors use."""

import json
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from stacks.reading.editor_schema import editor_schema
from stacks.schema import Stack, Team
from stacks.schema.base import exact_decimal, whole_number
from tests.stacks.runs import RUN, SCHEDULE

MODEL = TypeAdapter(Stack)
NAMES = ("foundation-prod", "platform-prod", "vision-prod")
EDITOR = jsonschema.Draft7Validator(editor_schema())
TRIGGER = {
    **RUN,
    "name": "nightly",
    "priority": "nightly",
    "schedule": SCHEDULE,
    "new_data": {"suffix": "_SUCCESS"},
    "drift": {"endpoint": "detector"},
}
PLACE = {"bucket": "models", "dataset": "images", "prefix": "a/b"}
DATA = {
    "datasets": [{"name": "images"}],
    "file_systems": [
        {
            "name": "train",
            "deployment": "persistent",
            "storage_gib": 2400,
            "mbps_per_tib": 125,
            "zone": "use1-az4",
            "links": [{"path": "/datasets", "exports": ["new"], **PLACE}],
            "expires": "2031-12-31",
        }
    ],
    "mounts": [{"name": "images", **PLACE}],
}
NOTEBOOKS = {
    "sign_in": {
        "authorize_url": "https://login.example.com/authorize",
        "token_url": "https://login.example.com/token",
        "userinfo_url": "https://login.example.com/userinfo",
        "client_id": "vision-prod-notebooks",
        "secret_name": "sign-in",
    },
    "people": [{"name": "ada", "login": "ada@example.com"}],
    "repository": "finetune",
    "image_digest": f"sha256:{'0' * 64}",
    "servers": [{"name": "gpu", "cpu": 6, "memory_gib": 24, "pool": "l40s", "gpus": 1}],
    "home_gib": 20,
}
OPTIONAL = {
    "foundation-prod": {
        "images.scanning": "enhanced",
        "images.cache": "own",
        "cluster.break_glass_notify": ["security@example.com"],
        "network.state_bucket": {
            "name": "pulumi-state",
            "account": "999900001111",
            "key": "arn:aws:kms:us-east-1:999900001111:key/0a1b2c3d",
        },
        "network.private_mlflow": True,
        "recovery.backups": True,
        "organisation": {
            "mail_domains": ["example.com"],
            "reviewers": {"platform": ["@a/p"], "finance": ["@a/f"], "security": ["s@example.com"]},
            "teams": [
                {
                    "team": "vision",
                    "cost_center": "CC-2040",
                    "security": "standard",
                    "freeze_percent": 110,
                    "mail_domains": ["vision.example.com"],
                    "reviewers": ["@a/v"],
                }
            ],
        },
        "guardrails.budget": {"monthly_usd": 1_000_000, "notify": ["finops@example.com"]},
        "usage": {
            "nat_gb": 1,
            "endpoint_gb": 1,
            "control_plane_log_gb": 1,
            "flow_log_gb": 1,
            "data_events_million": 1,
            "config_items_thousand": 1,
            "bucket_gb": 1,
        },
        "detection": {
            "trail": "own",
            "keep_days": 400,
            "trail_lock": "governance",
            "data_events": "all",
            "trail_log_days": 365,
            "guardduty": "own",
            "runtime_monitoring": True,
            "access_analyzer": "own",
            "unused_access_days": 90,
            "config": "own",
            "config_recording": "daily",
        },
        "identity": {
            "people": {
                "issuer": "https://login.example.com",
                "client_id": "kubernetes",
                "username_claim": "email",
                "groups_claim": "roles",
            },
            "ci": {
                "issuer": "https://gitlab.example.com",
                "audience": "https://gitlab.example.com",
                "existing": True,
            },
        },
    },
    "platform-prod": {
        "tenancy.dedicated_to": "vision",
        "usage.general_vcpus": 8,
        "signatures.required": False,
        "queues.capacity.0.vcpus": 64,
        "queues.capacity.1.vcpus": 64,
    },
    "vision-prod": {
        "access": {
            "members": [
                # Both at once is a matter of the checks, not of the model.
                {"role": "vision-engineers", "group": "vision-oncall", "rights": "operate"},
            ],
            "promoters": ["vision-release"],
            "ci": {"subjects": ["repo:example/vision:ref:refs/heads/main"]},
        },
        "registry.archive_days": 90,
        "training.pools.0.zone": "use1-az4",
        "training.pools.1.zone": "use1-az4",
        "training.pools.0.max_vcpus": 64,
        "training.pools.1.max_vcpus": 64,
        "training.quota.0": {"pool": "h100", "gpus": 32, "lend_gpus": 16, "vcpus": 60, "lend_vcpus": 0},
        "training.quota.1": {"pool": "l40s", "gpus": 8, "lend_gpus": 0, "vcpus": 30, "lend_vcpus": 0},
        "serving.endpoints.0.replicas.cpu_percent": 60,
        "serving.endpoints.0.replicas.requests_in_flight": 4,
        "tracking": {"mlflow_version": "2.16.2"},
        "budget.planned": {"first_month": "2026-12", "monthly_usd": [1000] * 12},
        "budget.freeze": {"percent": 100},
        "retraining": {"triggers": [TRIGGER]},
        "registry.scratch_days": 30,
        "data": DATA,
        "budget.savings_plan": {"hourly_usd": 10, "percent": 20},
        "usage": {
            "models_gib": 1,
            "datasets_gib": 1,
            "images_gib": 1,
            "volumes_gib": 1,
            "general_vcpus": 1,
            "notebook_hours": 1,
        },
        "notebooks": NOTEBOOKS,
    },
}


def is_valid(data):
    try:
        MODEL.validate_json(json.dumps(data))
    except ValidationError:
        return False
    return True


def editor_accepts(data):
    return EDITOR.is_valid({"config": {f"paved:{key}": value for key, value in data.items()}})


def leaves(value, path=()):
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def replaced(data, path, value):
    copy = json.loads(json.dumps(data))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


@pytest.fixture(scope="module")
def complete(valid):
    """The valid stacks with every setting written out."""
    return {name: as_written(valid.stack(name, OPTIONAL[name])) for name in NAMES}


def as_written(stack):
    """A stack as data, its money as numbers."""

    def numbers(value):
        match value:
            case dict():
                return {key: numbers(item) for key, item in value.items()}
            case list() | tuple():
                return [numbers(item) for item in value]
            case Decimal():
                return float(value)
            case _:
                return value

    return numbers(stack.model_dump())


@pytest.mark.parametrize("name", NAMES)
def test_a_stack_with_every_setting_written_out_is_the_same_stack(valid, complete, name):
    assert is_valid(complete[name])
    assert editor_accepts(complete[name])
    assert MODEL.validate_json(json.dumps(complete[name])) == valid.stack(name, OPTIONAL[name])


@pytest.mark.parametrize("name", NAMES)
def test_no_text_takes_a_blank_a_line_break_or_a_lookalike(complete, name):
    texts = [(path, value) for path, value in leaves(complete[name]) if isinstance(value, str)]
    assert texts
    for path, value in texts:
        for wrong in (
            f"{value}\n",
            f" {value}",
            f"{value} ",
            f"{value}\u0660",
            f"\u0430{value}",
            f"{value}\u200d",
            "",
        ):
            assert not is_valid(replaced(complete[name], path, wrong)), (path, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_no_number_takes_text_a_boolean_or_a_fraction(complete, name):
    for path, value in leaves(complete[name]):
        if isinstance(value, int) and not isinstance(value, bool):
            for wrong in (str(value), True, False, value + 0.5, float(value), [value]):
                assert not is_valid(replaced(complete[name], path, wrong)), (path, wrong)
        if isinstance(value, float):
            for wrong in (str(value), True, value + 0.00001, -value, 1e400, float("nan")):
                assert not is_valid(replaced(complete[name], path, wrong)), (path, wrong)


def test_a_switch_takes_neither_a_number_nor_text(complete):
    switches = [path for path, value in leaves(complete["vision-prod"]) if isinstance(value, bool)]
    assert switches
    for path in switches:
        for wrong in (0, 1, "true", "yes"):
            assert not is_valid(replaced(complete["vision-prod"], path, wrong)), (path, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_no_mapping_takes_a_further_key(complete, name):
    def mappings(value, path=()):
        if isinstance(value, dict):
            yield path
        if isinstance(value, dict | list):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                yield from mappings(item, (*path, key))

    for path in mappings(complete[name]):
        assert not is_valid(replaced(complete[name], (*path, "extra"), 1)), path


@given(
    st.sampled_from(NAMES),
    st.randoms(use_true_random=False),
    st.integers(-2, 20_000) | st.sampled_from([True, "x", "a-b", "", 1.5, [], {}, [1], "10.0.0.0/8", "é"]),
)
def test_the_editor_takes_what_the_model_takes(complete, name, dice, value):
    path, _ = dice.choice(list(leaves(complete[name])))
    if path == ("kind",):
        return
    data = replaced(complete[name], path, value)
    assert editor_accepts(data) == is_valid(data), (path, value)


def test_a_typed_stack_cannot_be_changed(valid):
    team = valid.team()
    assert isinstance(team, Team)
    with pytest.raises(ValidationError, match="frozen"):
        team.budget.monthly_usd = 1


@pytest.mark.parametrize(
    ("number", "exact"), [(0.1, "0.1"), (180000.0, "180000"), (5, "5"), (1e22, "10000000000000000000000")]
)
def test_a_number_becomes_the_decimal_that_was_written(number, exact):
    assert str(exact_decimal(number)) == exact


@pytest.mark.parametrize("wrong", ["5", "1_000", " 5 ", "\u0665", True, None, [5]])
def test_nothing_but_a_number_becomes_a_decimal(wrong):
    with pytest.raises(ValueError, match="not a number"):
        exact_decimal(wrong)


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None])
def test_nothing_but_an_int_is_whole(wrong):
    assert whole_number(1) == 1
    with pytest.raises(ValueError, match="not a whole number"):
        whole_number(wrong)
