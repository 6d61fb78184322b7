"""`paved cost` prints what a month costs, and refuses what costs more than it may."""

import json
import shutil
import subprocess

import pytest

from paved.cli import run
from tests.conftest import STACKS


@pytest.fixture
def folder(tmp_path):
    """A copy of the sample stacks, and a way to change one."""
    copy = tmp_path / "stacks"
    copy.mkdir()
    for path in STACKS.glob("Pulumi.*.yaml"):
        shutil.copy(path, copy)

    def change(stack, old, new):
        path = copy / f"Pulumi.{stack}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return copy

    change.path = copy
    return change


@pytest.mark.parametrize(
    "stack", ["foundation-prod", "platform-prod", "ranking-dev", "risk-prod", "vision-prod"]
)
def test_the_cost_of_a_sample_stack_reads_as_reviewed(stack, paved, golden):
    golden(f"cli/cost-{stack}.txt", paved("cost", stack))


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_data_and_markdown_read_as_reviewed(form, paved, golden):
    golden(f"cli/cost-ranking-dev-{form}.txt", paved("cost", "ranking-dev", f"--{form}"))


def test_json_money_is_text_and_adds_up(capsys):
    assert run(["cost", "vision-prod", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema_version"] == "1"
    cents = [round(float(line["amounts"]["ceiling"]) * 100) for line in data["lines"] if line["amounts"]]
    assert sum(cents) == round(float(data["priced_totals"]["ceiling"]) * 100)
    assert all(
        line["amounts"] is None for line in data["lines"] if line["kind"] in ("unpriced", "usage", "free")
    )


def test_a_stack_that_costs_more_than_approved_is_refused(folder, paved, golden):
    stacks = folder("vision-prod", "approved_ceiling_usd: 215000", "approved_ceiling_usd: 180000")
    said = paved("cost", "vision-prod", "--stacks", str(stacks)).partition("--- stderr")[2]
    golden("cli/cost-refused-ceiling.txt", said)
    assert run(["plan", "vision-prod", "--stacks", str(stacks)]) == 1
    assert run(["plan", "--all", "--stacks", str(stacks)]) == 1


def test_a_stack_that_is_expected_to_cost_more_than_its_budget_is_refused(folder, paved, golden):
    stacks = folder("ranking-dev", "monthly_usd: 4000", "monthly_usd: 1500")
    golden(
        "cli/cost-refused-budget.txt",
        paved("cost", "ranking-dev", "--stacks", str(stacks)).partition("--- stderr")[2],
    )


def test_a_budget_that_burns_before_anybody_is_told_is_refused(folder, paved, golden):
    stacks = folder("ranking-dev", "monthly_usd: 4000", "monthly_usd: 250")
    golden(
        "cli/cost-refused-burn.txt",
        paved("cost", "ranking-dev", "--stacks", str(stacks)).partition("--- stderr")[2],
    )


def test_prices_that_are_too_old_are_told_in_the_total(paved, golden):
    golden("cli/cost-old-prices.txt", paved("cost", "vision-prod", "--as-of", "2027-06-01"))


def test_prices_that_are_too_old_are_refused_where_policies_say_so(folder, paved, golden):
    (folder.path / "policy.yaml").write_text("settings:\n  refuse_old_prices: true\n", encoding="utf-8")
    said = paved("cost", "vision-prod", "--as-of", "2027-06-01", "--stacks", str(folder.path))
    assert "\nexit 1\n" in said
    golden("cli/cost-refused-old-prices.txt", said.partition("--- stderr")[2])


def test_a_change_against_a_plan_that_was_written_down(folder, paved, golden, tmp_path, capsys):
    assert run(["plan", "vision-prod", "--json"]) == 0
    before = tmp_path / "before.json"
    before.write_text(capsys.readouterr().out, encoding="utf-8")
    stacks = folder("vision-prod", "max_gpus: 9", "max_gpus: 13")

    def shown(*arguments):
        text = paved("cost", "vision-prod", "--stacks", str(stacks), "--against", str(before), *arguments)
        return text.replace(str(tmp_path), "TMP")

    golden("cli/cost-against-file.txt", shown())
    golden("cli/cost-against-file-markdown.txt", shown("--markdown"))
    golden("cli/cost-against-file-json.txt", shown("--json"))


def test_a_change_against_a_git_revision_of_the_stack_files(folder, capsys):
    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
            cwd=folder.path.parent,
            check=True,
            capture_output=True,
        )

    git("init", "-q")
    git("add", "stacks")
    git("commit", "-qm", "before")
    folder("vision-prod", "max_gpus: 9", "max_gpus: 13")
    arguments = ["cost", "vision-prod", "--stacks", str(folder.path), "--against", "HEAD", "--json"]
    assert run(arguments) == 0
    data = json.loads(capsys.readouterr().out)
    # Four GPUs of the dearest type more, at 3.00424 for 730 h, and four root volumes of 200 GiB at 0.08, less 6%.
    assert data["delta"]["ceiling"] == f"{4 * 3.00424 * 730 + 4 * 200 * 0.08 * 0.94:.2f}"
    assert {change["verb"] for change in data["changes"]} == {"changed"}
    assert run(["cost", "vision-prod", "--stacks", str(folder.path), "--against", "v9.9"]) == 2
    assert "git has no such stack files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("two-forms", ["cost", "vision-prod", "--json", "--markdown"]),
        ("unknown-stack", ["cost", "vison-prod"]),
        ("no-such-prices", ["cost", "vision-prod", "--prices", "nowhere"]),
        ("a-revision-that-is-an-option", ["cost", "vision-prod", "--against=--output=x"]),
    ],
)
def test_a_mistyped_command_line_gets_one_clear_answer(name, arguments, paved, golden):
    golden(f"cli/cost-{name}.txt", paved(*arguments))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "is no plan"),
        (
            '{"stack": "vision-prod", "resources": [{"urn": 1, "type": 2, "name": 3, "parent": 4, "custom": 5, '
            '"inputs": 6}]}',
            "is no plan: 1 is no resource",
        ),
        ('{"stack": "other", "resources": []}', "is a plan of `other`"),
        ('{"stack": "vision-prod", "resources": [{"urn": "x"}]}', "a resource of it lacks one of"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(text, says, tmp_path, capsys):
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    assert run(["cost", "vision-prod", "--against", str(path)]) == 2
    assert says in capsys.readouterr().err
