"""What the guide to training says is what the commands do."""

import re
from pathlib import Path

import pytest
import yaml

from paved.cli import run
from tests.conftest import PROJECT
from tests.docs.guides import console_lines

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "training.md").read_text(encoding="utf-8")
LINES = console_lines(GUIDE)


@pytest.mark.parametrize("command", [line for line in LINES if line.startswith("paved ")])
def test_a_command_of_the_guide_succeeds(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("PAVED_AS_OF", "2026-11-21")
    assert run(command.replace("rendered/", f"{tmp_path}/").split()[1:]) == 0
    assert capsys.readouterr().out


def test_what_is_applied_is_what_was_rendered(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(PROJECT)
    [command] = [line for line in LINES if line.startswith("paved render")]
    run(command.replace("rendered/", f"{tmp_path}/").split()[1:])
    applied = [line.rpartition(" ")[2] for line in LINES if line.startswith("kubectl apply")]
    assert len(applied) == 4
    for path in applied:
        assert (tmp_path / path.removeprefix("rendered/")).is_file(), path


def test_every_kind_of_sample_is_in_the_table():
    from paved.samples.samples import KINDS

    assert re.findall(r"^\| `([a-z-]+)-<pool>`", GUIDE, re.MULTILINE) == [kind.name for kind in KINDS]


def test_the_yaml_of_the_guide_is_of_the_file_it_names(planner):
    training, batches, data = (
        yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    )
    stack = planner.config("vision-prod").stack
    for text, of in ((training, stack), (batches, planner.config("ranking-dev").stack)):
        section = of.training.model_dump(mode="json")
        wanted = text["config"]["paved:training"]
        [pool], [quota] = wanted["pools"], wanted["quota"]
        assert any(pool.items() <= each.items() for each in section["pools"])
        assert any(quota.items() <= each.items() for each in section["quota"])
    [file_system] = data["config"]["paved:data"]["file_systems"]
    [planned] = stack.data.model_dump(mode="json")["file_systems"]
    links = [{**asked, **shown} for asked, shown in zip(planned["links"], file_system["links"], strict=True)]
    assert {**file_system, "links": links}.items() <= planned.items()
