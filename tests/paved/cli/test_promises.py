"""A stack that promises a level is held to it; one that does not is only told what the level asks."""

import json
import re
import shutil

import pytest

from paved.cli import run
from tests.conftest import STACKS


@pytest.fixture
def promising(tmp_path):
    """The stack files of dev, in which the shared stacks promise a level."""

    def copied(level):
        for name in ("foundation-dev", "platform-dev"):
            text = (STACKS / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")
            promise = re.sub(r"paved:security: \w+", f"paved:security: {level}", text)
            (tmp_path / f"Pulumi.{name}.yaml").write_text(promise, encoding="utf-8")
        for name in ("policy.yaml", "Pulumi.ranking-dev.yaml"):
            shutil.copy(STACKS / name, tmp_path)
        return tmp_path

    return copied


def planned(folder, capsys, *options):
    code = run(["plan", "platform-dev", "--stacks", str(folder), *options])
    return code, capsys.readouterr()


def test_a_promise_that_is_not_kept_is_refused_by_the_rules_of_its_level(promising, capsys):
    folder = promising("regulated")
    with (folder / "Pulumi.platform-dev.yaml").open("a", encoding="utf-8") as file:
        file.write("  paved:signatures:\n    required: false\n")
    code, said = planned(folder, capsys, "--json")
    data = json.loads(said.out)
    violated = {each["rule"] for each in data["policies"]["findings"] if each["level"] == "mandatory"}
    assert (code, "SE-02" in violated) == (1, True)
    assert data["security"]["promised"] == "regulated"
    assert data["security"]["met"] != "regulated"
    assert violated <= {each["rule"] for each in data["security"]["missing"]}
    assert "`paved policy show " in said.err


def test_what_is_not_promised_is_told_and_refuses_nothing(promising, capsys):
    code, said = planned(promising("standard"), capsys)
    assert code == 0
    assert "SE-02" not in said.out.split("\nSecurity: ")[0]
    assert "\nSecurity: promises standard, standard cannot be told" in said.out


def test_a_promise_above_the_base_is_bad_input(promising, capsys):
    folder = promising("hardened")
    file = folder / "Pulumi.platform-dev.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("security: hardened", "security: regulated"),
        encoding="utf-8",
    )
    code, said = planned(folder, capsys)
    assert code == 2
    assert "`paved:security` must be at most `hardened`, which `foundation-dev` below it promises" in said.err
