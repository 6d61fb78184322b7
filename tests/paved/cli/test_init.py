"""`paved init` writes an organisation's first stacks: valid, priced, allowed, and over nothing that is there."""

import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from paved.cli import run
from paved.rehearsal.rehearsal import rehearse
from stacks.checks.folder import Folder
from tests.conftest import AS_OF

COMMAND = importlib.import_module("paved.cli.init")
CHECKOUT = Path(__file__).parents[3]
ANSWERS = {
    "--account": "222233334444",
    "--region": "eu-central-1",
    "--email": "ml@acme.example",
    "--cost-center": "CC-7000",
    "--template": "train-vision-spot",
    "--team": "robots",
}


def arguments(*more, **other):
    options = {**ANSWERS, **{f"--{name.replace('_', '-')}": value for name, value in other.items()}}
    return ["init", *(word for pair in options.items() if pair[1] for word in pair), *more]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project without a stack file."""
    (tmp_path / "mine" / "stacks").mkdir(parents=True)
    (tmp_path / "mine" / "Pulumi.yaml").write_text("name: paved\n")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def written(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_says_what_it_wrote_and_what_comes_before_the_first_up(project, paved, golden):
    golden("cli/init.txt", paved(*arguments()))
    assert written(project) == {
        "Pulumi.yaml",
        "stacks/Pulumi.foundation-dev.yaml",
        "stacks/Pulumi.platform-dev.yaml",
        "stacks/Pulumi.robots-dev.yaml",
    }


def test_what_it_wrote_is_valid_and_every_call_of_it_is_one_that_aws_takes(project, capsys):
    assert run(arguments(environment="prod", name="eu", cidr="10.40.0.0/16")) == 0
    assert run(["validate"]) == 0
    capsys.readouterr()
    with rehearse(Folder.read(project / "stacks", AS_OF), ()) as rehearsal:
        assert rehearsal.is_clean
        assert [stack.name for stack in rehearsal.stacks] == ["foundation-eu", "platform-eu", "robots-prod"]


@pytest.mark.parametrize(
    ("region", "template"),
    [
        ("us-east-2", "fine-tune-llm"),
        ("us-west-2", "train-on-trainium"),
        ("ap-northeast-1", "serve-tier-1"),
        ("eu-central-1", "forecast-cpu-batch"),
        ("eu-west-2", "notebooks"),
    ],
)
def test_each_kind_of_first_team_is_allowed(region, template, project, capsys):
    assert run(arguments("--dry-run", "--json", region=region, template=template)) == 0
    data = json.loads(capsys.readouterr().out)
    assert not data["written"]
    assert not written(project) - {"Pulumi.yaml"}
    assert len(data["stacks"]) == 3


def test_the_first_team_is_registered_and_its_gpus_are_promised(project):
    assert run(arguments(gpus="4", team_email="robots@acme.example", team_cost_center="CC-7100")) == 0
    foundation, platform = (
        yaml.safe_load((project / "stacks" / f"Pulumi.{kind}-dev.yaml").read_text())["config"]
        for kind in ("foundation", "platform")
    )
    assert foundation["paved:organisation"]["teams"] == [
        {"team": "robots", "cost_center": "CC-7100", "reviewers": ["robots@acme.example"]}
    ]
    assert platform["paved:queues"]["capacity"] == [{"accelerator": "l4", "gpus": 4}]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"account": "12"}, "`--account` must be a quoted AWS account id of 12 digits"),
        ({"region": "us-mars-1"}, "`--region` names none that Paved knows, got `us-mars-1`"),
        ({"region": "eu central 1"}, "`--region` must be an AWS region"),
        ({"template": "fine-tune-lm"}, "did you mean `fine-tune-llm`?"),
        ({"template": "score-regulated"}, "wants a platform of the level `hardened`"),
        ({"team": "platform"}, "`--team` must not be `platform`, a reserved name"),
        ({"team": "Röbots"}, "`--team` must be lower-case letters"),
        ({"team": "../../etc"}, "`--team` must be lower-case letters"),
        (
            {"zones": "use1-az1,use1-az2,use1-az4"},
            "`--zones` must be of `euc1-az1`, `euc1-az2` or `euc1-az3`",
        ),
        ({"zones": "euc1-az1,euc1-az1,euc1-az2"}, "`--zones` must be three different ones"),
        ({"zones": "euc1-az1"}, "`--zones` must be three availability zones"),
        ({"zones": "eu-central-1a,b,c"}, "may be another zone in another account, got eu-central-1a, b, c"),
        (
            {"region": "us-west-1"},
            "`--region` must have 3 zones for a foundation, got us-west-1, which has `usw1-az1` or `usw1-az3`",
        ),
        ({"cidr": "8.8.0.0/16"}, "`network.cidr` must lie in 10.0.0.0/8"),
        ({"accelerator": "gpu"}, '`--accelerator` must be an accelerator class, such as `h100`, got "gpu"'),
        ({"region": "sa-east-1"}, "nothing of it has a price in its region"),
        ({"email": "ml@acme.example\n  paved:kind: team"}, "`--email` must be an e-mail address"),
        ({"reviewer": "@a b"}, "`--reviewer` must be"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_written(other, says, project, capsys):
    assert run(arguments(**other)) == 2
    assert says in capsys.readouterr().err
    assert written(project) == {"Pulumi.yaml"}


def test_all_that_is_missing_is_told_at_once(project, capsys):
    assert run(["init"]) == 2
    said = capsys.readouterr().err
    assert re.findall(r"^(?:error: )?`(--[a-z-]+)` is needed", said, re.MULTILINE) == list(ANSWERS)


def test_an_organisation_that_has_begun_is_left_alone(project, capsys):
    assert run(arguments()) == 0
    before = {name: (project / name).read_bytes() for name in written(project)}
    assert run(arguments(name="other")) == 2
    assert "stacks/ has stack files already" in capsys.readouterr().err
    assert {name: (project / name).read_bytes() for name in written(project)} == before


def test_a_person_is_asked_what_no_option_says(project, monkeypatch, capsys):
    monkeypatch.setattr(COMMAND, "is_terminal", lambda: True)
    said = ["22", "222233334444", "eu-central-1", "ml@acme.example", "CC-7000", "train-vision-spot", "robots"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(said) + "\n" * 11))
    assert run(["init", "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "must be a quoted AWS account id of 12 digits" in told.err
    assert "three zones by id, those of the accelerators first [euc1-az1,euc1-az2,euc1-az3]" in told.err
    assert "account 222233334444" in told.out


def test_a_folder_of_its_own_is_a_project_with_paved_as_a_dependency(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(arguments("acme")) == 0
    assert (tmp_path / "acme" / "requirements.txt").read_text() == "paved==0.1.0\n"
    assert (tmp_path / "acme" / "__main__.py").read_bytes() == (CHECKOUT / "__main__.py").read_bytes()
    monkeypatch.chdir(tmp_path / "acme")
    assert run(["schema", "--check"]) == run(["validate"]) == 0


@pytest.mark.parametrize("name", ["full", "file", "link"])
def test_a_place_that_is_taken_is_left_alone(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = written(tmp_path)
    assert run(arguments(name)) == 2
    assert f"`{name}` is" in capsys.readouterr().err
    assert written(tmp_path) == before


def test_paved_from_a_wheel_plans_a_project_of_its_own(tmp_path, monkeypatch):
    """Nothing of the checkout is at hand: the packages are those of the wheel, with their data."""
    monkeypatch.chdir(tmp_path)
    assert run(arguments("acme")) == 0
    source = tmp_path / "source"
    ignored = (".*", "tests", "docs", "examples", "__pycache__", "build", "*.egg-info")
    shutil.copytree(CHECKOUT, source, ignore=shutil.ignore_patterns(*ignored))
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path / "wheels", source]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = (tmp_path / "wheels").glob("*.whl")
    installed = tmp_path / "installed"
    shutil.unpack_archive(wheel, installed, "zip")
    program = (
        "import sys, stacks; print(stacks.__file__); from paved.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "plan", "--all", "--no-cache"],
        cwd=tmp_path / "acme",
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))
    assert "robots-dev" in done.stdout


def test_no_test_reads_the_stacks_of_the_checkout(tmp_path, monkeypatch):
    """A copy of the checkout with an organisation of its own in `stacks` passes what the samples once carried."""
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
    shutil.copytree(CHECKOUT, copy, ignore=ignored, symlinks=True)
    for own in (copy / "stacks").glob("Pulumi.*.yaml"):
        own.unlink()
    subprocess.run(["git", "init", "--quiet", copy], check=True)
    monkeypatch.chdir(copy)
    assert run(arguments(name="mine", team="others", environment="prod")) == 0
    assert (copy / "stacks" / "Pulumi.others-prod.yaml").is_file()
    suite = [
        "tests/docs",
        "tests/structure",
        "tests/paved/cli/test_validate.py",
        "tests/paved/cli/test_plan.py",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suite],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
