"""The config as Pulumi's engine hands it over, and the same stack as from the file."""

import json
import os
import shutil
import subprocess

import pulumi
import pytest
from pulumi.runtime import config as runtime_config

from paved.runtime.runtime import run_program
from stacks.checks.folder import checked_file
from stacks.program.engine_config import configured_stack, stack_from
from stacks.reading.problems import ConfigError

NAMES = ("foundation-prod", "platform-prod", "vision-prod")


@pytest.fixture
def config(folder):
    return checked_file(folder / "Pulumi.vision-prod.yaml").pulumi_config


class NoReferences:
    """Nothing is created or read here."""

    def new_resource(self, registration):
        return "", {}

    def stack_outputs(self, stack):
        raise AssertionError(stack)


def run(config, stack="vision-prod"):
    """The stack that a program sees which runs with this config."""
    seen = []
    run_program(
        lambda: seen.append(configured_stack()),
        stack=stack,
        config=config,
        provider=NoReferences(),
        dry_run=True,
    )
    return seen[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_stack_is_that_of_the_file(folder, name):
    file = checked_file(folder / f"Pulumi.{name}.yaml")
    assert run(file.pulumi_config, stack=name) == file.stack


def test_settings_of_other_namespaces_are_not_ours(config):
    assert run({**config, "aws:region": "eu-west-1", "pulumi:tags": "{}"})


def test_every_mistake_is_told_without_a_traceback(config):
    wrong = {
        **config,
        "paved:residency": "eu",
        "paved:trainning": "{}",
        "paved:lifecycle": "",
        "paved:environment": "prd",
    }
    with pytest.raises(pulumi.RunError) as caught:
        run(wrong)
    assert str(caught.value).splitlines() == [
        "the config of stack `vision-prod` is not valid:",
        "`paved:lifecycle` has no value: give it one, or leave the key out",
        '`paved:environment` must be `dev`, `staging` or `prod`, got "prd"; did you mean `prod`?',
        "`paved:trainning` is not a setting of a team stack; did you mean `paved:training`?",
        "`paved:residency` is `eu`, so the account's region must start with `eu-`, got `us-east-1`",
    ]


def test_the_rules_hold_here_too(config):
    with pytest.raises(pulumi.RunError, match="must start with `eu-`, got `us-east-1`"):
        run({**config, "paved:residency": "eu"})


def test_a_stack_of_another_name_is_refused(config):
    with pytest.raises(pulumi.RunError, match="make this stack `vision-prod`"):
        run(config, stack="vision-two")


def test_a_stack_without_config_is_told_where_it_should_be():
    with pytest.raises(
        pulumi.RunError, match=r"nothing is set: is there a stacks/Pulumi\.vision-prod\.yaml\?"
    ):
        run({})


@pytest.mark.parametrize("text", ["[", "{a", "[" * 100_000, "nonsense", "5", '{"a": NaN}', '{"a": 1e999}'])
def test_a_section_that_is_no_mapping_is_refused(config, text):
    with pytest.raises(pulumi.RunError, match=r"paved:registry|registry\.a"):
        run({**config, "paved:registry": text})


def test_deep_nesting_is_refused(config):
    with pytest.raises(pulumi.RunError, match=r"`registry\.a` is nested more than 16 deep"):
        run({**config, "paved:registry": '{"a":' * 500 + "1" + "}" * 500})


def test_a_long_text_is_refused(config):
    with pytest.raises(pulumi.RunError, match=r"`owner\.chat` has 5000 characters, at most 1000 are read"):
        run({**config, "paved:owner": config["paved:owner"].replace("#ml-vision", "#" * 5000)})


def test_a_credential_is_refused_and_not_printed(config):
    for value in ("AKIAIOSFODNN7EXAMPLE", '{"password": "hunter22"}', '{"AKIAIOSFODNN7EXAMPLE": 1}'):
        with pytest.raises(pulumi.RunError) as caught:
            run({**config, "paved:registry": value})
        assert "credential" in str(caught.value)
        assert "AKIA" not in str(caught.value)
        assert "hunter22" not in str(caught.value)


def test_a_pulumi_secret_is_refused(monkeypatch):
    monkeypatch.setattr(runtime_config, "is_config_secret", lambda key: key.endswith(":owner"))
    monkeypatch.setattr(pulumi, "get_project", lambda: "paved")
    with pytest.raises(ConfigError) as caught:
        stack_from("vision-prod", {"owner": "{}", "kind": "team"})
    assert str(caught.value) == (
        "`paved:owner` is a Pulumi secret: stack files hold none, keep it in Secrets Manager"
    )


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the pulumi command on PATH")
@pytest.mark.parametrize("name", NAMES)
def test_pulumi_reads_the_file_as_we_do(folder, tmp_path_factory, name):
    """What the engine would pass to the program is what the file says, value by value."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(folder, project / "stacks")
    (project / "Pulumi.yaml").write_text(
        "name: paved\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8"
    )
    file = project / "stacks" / f"Pulumi.{name}.yaml"
    text = file.read_text(encoding="utf-8")
    state = tmp_path_factory.mktemp("state")
    environment = {
        **os.environ,
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_HOME": str(state),
    }
    file.unlink()
    for arguments in (["stack", "init", name], ["config", "--json", "--stack", name]):
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--cwd", str(project)],
            env=environment, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        if arguments[0] == "stack":
            salt = file.read_text(encoding="utf-8") if file.exists() else ""
            file.write_text(salt + text, encoding="utf-8")
    passed = {key: entry["value"] for key, entry in json.loads(done.stdout).items()}
    assert run(passed, stack=name) == checked_file(file).stack
