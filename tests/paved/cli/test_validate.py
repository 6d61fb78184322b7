"""`paved validate` names every mistake with its file and line, and says what next."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import STACKS

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the sample stacks, with the working folder above it."""
    (tmp_path / "Pulumi.yaml").write_text("name: paved\n", encoding="utf-8")
    (tmp_path / "stacks").mkdir()
    for path in STACKS.glob("Pulumi.*.yaml"):
        shutil.copy(path, tmp_path / "stacks")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(project, name, old, new):
    path = project / "stacks" / f"Pulumi.{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_sample_stacks_are_valid(project, paved, golden):
    golden("cli/validate.txt", paved("validate"))


def test_one_stack_is_checked_with_those_it_stands_on(project, paved, golden):
    edit(project, "foundation-prod", "cidr: 10.16.0.0/16", "cidr: 10.32.0.0/17")
    edit(project, "ranking-dev", "environment: dev", "environment: prd")
    golden("cli/validate-one.txt", paved("validate", "vision-prod"))


def test_five_mistakes_are_told_at_once(project, paved, golden):
    edit(project, "vision-prod", "cost_center: CC-2040", "cost_centre: CC-2040")
    edit(project, "vision-prod", "instance_types: [p5.48xlarge]", "instance_types: p5.48xlarge")
    edit(project, "vision-prod", "monthly_usd: 180000", "monthly_usd: 180_000")
    edit(project, "vision-prod", "runtime: triton", "runtime: tritton")
    edit(project, "vision-prod", "# A line stops when it gets no answer.", "# password: hunter2")
    golden("cli/validate-five-mistakes.txt", paved("validate", "vision-prod"))


def test_an_unknown_stack_gets_a_suggestion(project, paved, golden):
    golden("cli/validate-unknown-stack.txt", paved("validate", "vision-prd"))


def test_an_empty_folder_is_told(tmp_path, monkeypatch, paved, golden):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "none").mkdir()
    golden("cli/validate-empty-folder.txt", paved("validate", "--stacks", "none"))


def test_json_has_every_problem_as_data(project, capsys):
    edit(project, "vision-prod", "tier: 1", "tier: 7")
    assert run(["validate", "--json"]) == 2
    captured = capsys.readouterr()
    data = json.loads(captured.out)
    assert captured.err == ""
    assert sorted(data) == ["problems", "schema_version", "stacks"]
    assert {each["name"]: each["ok"] for each in data["stacks"]}["vision-prod"] is False
    (problem,) = data["problems"]
    assert problem["file"] == "stacks/Pulumi.vision-prod.yaml"
    assert problem["path"] == ["serving", "endpoints", 0, "tier"]
    assert isinstance(problem["line"], int)


@pytest.fixture
def committed(project):
    """The sample stacks as the one commit of a repository."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "m")):
        subprocess.run(["git", *identity, *arguments], cwd=project, check=True)
    return project


def test_who_has_to_agree_to_a_change_is_told(committed, paved, golden):
    edit(committed, "vision-prod", "cost_center: CC-2040", "cost_center: CC-1001")
    edit(committed, "vision-prod", "      percent: 95\n", "      percent: 115\n")
    edit(committed, "vision-prod", "email: ml-vision@example.com", "email: ml-vision@mail.example")
    edit(committed, "foundation-prod", "CC-2040", "CC-1001")
    edit(committed, "ranking-dev", "security: standard", "security: hardened")
    golden("cli/validate-against.txt", paved("validate", "--against", "HEAD"))


def test_nothing_changed_is_told_too(committed, paved, golden):
    golden("cli/validate-against-same.txt", paved("validate", "vision-prod", "--against", "HEAD"))


@pytest.fixture
def next_release(monkeypatch):
    """A matrix with a second row, of which one chart is blocked."""
    from tests.reference.following_row import BEFORE, following, record

    def rows(*records):
        return {row.name: row for row in (BEFORE, following(*records))}

    def use(*records):
        monkeypatch.setattr("reference.releases._releases", lambda: rows(*records))

    use.record = record
    return use


def move(project):
    for name in ("foundation-dev", "platform-dev"):
        edit(project, name, '"2026.11"', '"2027.02"')


def test_a_stack_with_another_release_is_told_the_steps(committed, next_release, paved, golden):
    next_release()
    move(committed)
    golden("cli/validate-release.txt", paved("validate", "platform-dev", "--against", "HEAD"))


def test_a_blocked_pin_refuses(committed, next_release, capsys):
    next_release(next_release.record("charts.keda", verdict="blocked", reason="its triggers are lost"))
    move(committed)
    assert run(["validate", "--against", "HEAD", "--json"]) == 1
    [found] = json.loads(capsys.readouterr().out)["releases"]
    assert found["stacks"] == ["foundation-dev", "platform-dev"]
    assert found["refused"] == ["`charts.keda`: its triggers are lost"]


def test_json_names_the_reviewers(committed, capsys):
    edit(committed, "vision-prod", "cost_center: CC-2040", "cost_center: CC-1001")
    assert run(["validate", "--against", "HEAD", "--json"]) == 2
    review = json.loads(capsys.readouterr().out)["review"]
    asked = {each["role"]: each["reviewers"] for each in review["reviews"]}
    assert asked == {"team": ["@example/vision"], "finance": ["@example/finops"]}
    assert {(each["field"], each["after"]) for each in review["changes"]} == {
        ("owner.cost_center", "CC-1001")
    }


def test_mistakes_of_the_policy_file_are_told(project, paved, golden):
    text = "schema_version: 1\nsettings: {log_day: 3, mandatory: [ZZ-99]}\n"
    (project / "stacks" / "policy.yaml").write_text(text, encoding="utf-8")
    golden("cli/validate-policy.txt", paved("validate", "vision-prod"))


def test_names_that_the_policy_file_gets_wrong_are_told(project, capsys):
    text = "schema_version: 1\nsettings: {mandatory: [ZZ-99]}\n"
    (project / "stacks" / "policy.yaml").write_text(text, encoding="utf-8")
    assert run(["validate"]) == 2
    assert "stacks/policy.yaml: " in capsys.readouterr().err


def test_a_revision_that_is_none_is_told(committed, paved, golden):
    golden("cli/validate-against-nothing.txt", paved("validate", "--against", "nowhere"))


def test_a_folder_takes_less_than_a_second_and_imports_no_sdk():
    program = (
        "import sys; from paved.cli import run; code = run(['validate', '--stacks', sys.argv[1]]);"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('pulumi', 'pulumi_aws', 'boto3')], sys.modules;"
        "import time; assert time.process_time() < 1, time.process_time(); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, STACKS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_mistakes_of_the_file_of_audits_are_told(project, capsys):
    (project / "stacks" / "audit.yaml").write_text("known: [{what: x}]\n", encoding="utf-8")
    assert run(["validate"]) == 2
    told = capsys.readouterr().err
    assert "stacks/audit.yaml: " in told and "known.0.owner" in told
