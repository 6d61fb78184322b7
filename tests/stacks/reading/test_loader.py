"""Reading a stack file: what is accepted, and every mistake with its place."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.checks import stack_problems
from stacks.checks.folder import checked_file
from stacks.reading.parse import parse
from stacks.reading.problems import ConfigError
from stacks.schema import Team
from tests.stacks.reading.stack_file import FILE, cases


def test_a_valid_file_is_a_typed_stack(folder):
    stack = checked_file(folder / FILE).stack
    assert isinstance(stack, Team)
    assert stack.training.pools[0].max_gpus == 32
    assert stack.budget.monthly_usd == Decimal("180000")


def test_five_mistakes_are_told_at_once_by_line(edited, complaints):
    edited("vision-prod", "max_gpus: 32", "max_gpus: lots")
    edited("vision-prod", "team: vision", "team: Vision")
    edited("vision-prod", "cost_center: CC-2040", "cost_centre: CC-2040")
    edited("vision-prod", "capacity: [on-demand]", "capacity: [on_demand]")
    path = edited("vision-prod", "monthly_usd: 180000.00", "monthly_usd: -5")
    assert complaints(path) == [
        f"{FILE}:7: `owner.team` must be lower-case letters, digits and single hyphens, at most 30 characters, "
        'got "Vision"',
        f"{FILE}:11: `owner.cost_centre` is not a setting of `paved:owner`; did you mean `cost_center`?",
        f'{FILE}:23: `training.pools[0].capacity[0]` must be `spot` or `on-demand`, got "on_demand"; '
        "did you mean `on-demand`?",
        f"{FILE}:24: `training.pools[0].max_gpus` must be 1 to 4096 GPUs, the most this pool may ever run; "
        "of types without any give `max_vcpus`, "
        'got "lots"',
        f"{FILE}:55: `budget.monthly_usd` must be US dollars, more than 0, with at most two decimals, got -5",
    ]


@pytest.mark.parametrize("mistake", cases("mistakes"), ids=lambda case: case["to"])
def test_a_mistake_is_told_once_with_its_line_and_rule(edited, complaints, mistake):
    found = complaints(edited("vision-prod", mistake["from"], mistake["to"]))
    assert f"{FILE}:{mistake['says']}" in found
    key = mistake["says"].split()[1]
    assert sum(line.split()[1] == key for line in found) == 1


def test_mistakes_of_types_hide_no_broken_rule(edited, complaints):
    edited("vision-prod", "max_gpus: 32", "max_gpus: lots")
    edited("vision-prod", "paved:residency: us", "paved:residency: eu")
    path = edited("vision-prod", "repositories: [defect-detector]", "repositories: [a, a]")
    assert [line.split(" ")[1] for line in complaints(path)] == [
        "`paved:residency`",
        "`registry.repositories[1]`",
        "`training.pools[0].max_gpus`",
    ]


def test_what_follows_from_a_mistake_is_held_back(edited, complaints):
    # Without its types the pool has no class, no size and no node: none of it is told.
    path = edited("vision-prod", "instance_types: [p5.48xlarge]", "instance_types: p5.48xlarge")
    (only,) = complaints(path)
    assert only.startswith(
        f"{FILE}:22: `training.pools[0].instance_types` must be a list of 1 to 20 EC2 instance"
    )
    # A section by another spelling is not missing, and whatever needs it is not told either.
    path = edited("vision-prod", "paved:budget:", "paved:budgt:")
    assert len(complaints(path)) == 2


def test_settings_beside_config_are_one_mistake(edited, complaints):
    path = edited("vision-prod", pattern="(?s)config:.*", new="paved:kind: team\npaved:environment: prod\n")
    assert complaints(path) == [
        f"{FILE}:2: `config` is required: `paved:kind` and the other settings go below it",
    ]


def test_a_value_that_yaml_reads_two_ways_breaks_no_rule_besides(edited, complaints):
    path = edited("vision-prod", "paved:residency: us", "paved:residency: no")
    (only,) = complaints(path)
    assert "a boolean to some parsers" in only


def test_a_long_value_is_cut(edited, complaints):
    path = edited("vision-prod", "team: vision", f"team: {'V' * 900}")
    (message,) = complaints(path)
    assert message.endswith(f'got "{"V" * 59}…"')


@pytest.mark.parametrize(
    ("written_as", "exact"),
    [
        ("0.1", "0.1"),
        ("0.30", "0.3"),
        ("50000", "50000"),
        ("180000.0", "180000"),
        ("179999.99", "179999.99"),
        ("99999999.99", "99999999.99"),
    ],
)
def test_money_is_exact_and_the_same_however_it_is_written(edited, written_as, exact):
    edited("vision-prod", "approved_ceiling_usd: 240000", "approved_ceiling_usd: 100000000")
    path = edited("vision-prod", "monthly_usd: 180000.00", f"monthly_usd: {written_as}")
    budget = checked_file(path).stack.budget
    assert isinstance(budget.monthly_usd, Decimal)
    assert str(budget.monthly_usd) == exact


def test_an_error_under_another_names_only_what_is_wrong(edited, complaints):
    """A list whose only item is wrong is not also too short."""
    path = edited("vision-prod", "repositories: [defect-detector]", "repositories: []")
    assert complaints(path) == []
    path = edited("vision-prod", "notify: [vision@example.com]\n", "notify: [nobody]\n")
    assert complaints(path) == [f'{FILE}:53: `monitoring.notify[0]` must be an e-mail address, got "nobody"']


def test_the_default_providers_may_be_switched_off_and_nothing_else(edited, complaints):
    path = edited("vision-prod", "config:\n", 'config:\n  pulumi:disable-default-providers: ["*"]\n')
    assert complaints(path) == []
    path = edited("vision-prod", '["*"]', "[aws]")
    assert complaints(path) == [
        f'{FILE}:3: `pulumi:disable-default-providers` must be ["*"]: every provider is the stack\'s own'
    ]


def test_what_pulumi_writes_itself_is_accepted(edited, complaints):
    own = "encryptionsalt: v1:0KVJTBcmhp8=:v1:bKNg6cg2cfpKjulW:Dp+FXhx/BVe/cZ0T/CFld1662zKv/w==\n"
    path = edited("vision-prod", "config:\n", f"{own}environment: [ml/prod]\nconfig:\n")
    assert complaints(path) == []


def test_a_pulumi_secret_is_refused(edited, complaints):
    path = edited("vision-prod", 'chat: "#ml-vision"', "chat: {secure: AAABAIJ3bGx}")
    assert complaints(path) == [
        f"{FILE}:9: `owner.chat` is a Pulumi secret: stack files hold none, keep it in Secrets Manager"
    ]


def test_an_escaped_control_character_is_refused(edited, complaints):
    path = edited("vision-prod", 'chat: "#ml-vision"', 'chat: "#a\\e[31m"')
    assert complaints(path) == [
        f"{FILE}:9: `owner.chat` has the character U+001B (control character), which a reader cannot see"
    ]


def test_line_ends_trailing_spaces_and_the_order_of_keys_change_nothing(folder):
    path = folder / FILE
    before, lines = checked_file(path), path.read_text(encoding="utf-8").splitlines()
    path.write_bytes("  \r\n".join(lines).encode())
    assert checked_file(path).stack == before.stack
    starts = [i for i, line in enumerate(lines) if line.startswith("  paved:")]
    sections = [lines[a:b] for a, b in pairwise([*starts, len(lines)])]
    path.write_text(
        "\n".join(["config:", *(line for s in reversed(sections) for line in s)]), encoding="utf-8"
    )
    after = checked_file(path)
    assert after.stack == before.stack
    assert after.stack.model_dump_json() == before.stack.model_dump_json()


def test_the_config_is_what_the_engine_passes(folder):
    config = checked_file(folder / FILE).pulumi_config
    assert config["paved:kind"] == "team"
    assert config["paved:account"] == '{"id":"111122223333","region":"us-east-1"}'


YAML_LIKE = st.text(
    alphabet=st.sampled_from(
        list("abpk0159:-_.#&*!|>'\"%@`{}[],?<~= \n\t\r\\eE\u00e9\u202e\ud7ff\U0001f600/$")
    ),
    max_size=200,
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    YAML_LIKE
    | st.binary(max_size=100)
    | YAML_LIKE.map(lambda text: f"config:\n  paved:kind: team\n  paved:owner: {text}")
)
def test_any_text_is_a_stack_or_a_config_error(written, content):
    try:
        checked_file(written(content))
    except ConfigError as error:
        assert error.problems
        assert all("\n" not in str(problem) for problem in error.problems)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["owner", "training", "serving", "budget", "account", "registry", "environment"]), VALUES
)
def test_any_value_of_a_section_is_valid_or_explained_without_jargon(valid, section, value):
    try:
        parse("vision-prod", valid.sections("vision-prod", {section: value}), stack_problems)
    except ConfigError as error:
        for problem in error.problems:
            assert "None" not in problem.message
            assert "Input should" not in problem.message
