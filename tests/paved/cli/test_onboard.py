"""`paved onboard` proposes a file that is valid, priced and allowed, and writes it where there is none, or nothing."""

import importlib
import io
import json
import shutil

import pytest
import typer
import yaml

from paved.cli import run
from paved.onboard.template import templates
from tests.conftest import STACKS

COMMAND = importlib.import_module("paved.cli.onboard")
"""The module, whose name in its package is the function."""

TEAM = {"--email": "ml-search@example.com", "--cost-center": "CC-2222"}


def arguments(folder, template, team, *more, **given):
    options = {**TEAM, "--team": team, "--template": template, "--stacks": str(folder)}
    options |= {f"--{name.replace('_', '-')}": str(value) for name, value in given.items()}
    flat = [word for option in options.items() for word in option]
    return ["onboard", *flat, *more]


@pytest.fixture
def folder(tmp_path):
    """The sample stacks, without the one whose team has a platform to itself."""
    for path in (*STACKS.glob("Pulumi.*.yaml"), STACKS / "policy.yaml"):
        if path.name != "Pulumi.risk-prod.yaml":
            shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture
def propose(folder, capsys):
    def said(template, team="search", *more, **given):
        before = names(folder)
        code = run(arguments(folder, template, team, *more, **given))
        captured = capsys.readouterr()
        return code, names(folder) - before, captured.out, captured.err.replace(f"{folder}/", "")

    return said


def names(folder):
    return {path.name for path in folder.iterdir()}


def grant(folder, grants):
    """Make the additions that others are asked for, at the place of the file where they say."""
    for each in grants:
        path = folder / each["file"].rpartition("/")[2]
        first, *lines = each["lines"]
        section, key = (f"{word}:" for word in first.rstrip(":").split(": "))
        text = path.read_text(encoding="utf-8")
        head, found, tail = text.partition(f"  {section}\n")
        assert found, section
        before, listed, after = tail.partition(f"    {key}\n")
        assert listed, key
        added = "".join(f"    {line}\n" for line in lines)
        path.write_text(head + found + before + listed + added + after, encoding="utf-8")


@pytest.mark.parametrize("name", list(templates()))
def test_a_template_with_its_defaults_is_valid_priced_and_allowed(name, folder, capsys):
    given = {"cost_center": "CC-3300"} if name == "score-regulated" else {}
    team = "risk" if name == "score-regulated" else "search"
    assert run(arguments(folder, name, team, "--json", **given)) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["written"], data["refused"], data["problems"]) == (True, False, [])
    grant(folder, data["grants"])
    assert run(["validate", "--stacks", str(folder)]) == 0
    assert run(["plan", data["stack"], "--stacks", str(folder)]) == 0
    assert run(["cost", data["stack"], "--stacks", str(folder)]) == 0
    budget = yaml.safe_load(data["text"])["config"]["paved:budget"]
    assert float(data["month"]["expected"]) <= budget["monthly_usd"] <= budget["approved_ceiling_usd"]
    assert float(data["month"]["ceiling"]) <= budget["approved_ceiling_usd"]


def test_a_proposal_reads_as_reviewed(propose, folder, golden):
    code, written, out, err = propose("train-vision-spot")
    file = (folder / "Pulumi.search-dev.yaml").read_text(encoding="utf-8")
    assert (code, written) == (0, {"Pulumi.search-dev.yaml"})
    golden("cli/onboard.txt", f"{out.replace(f'{folder}/', '')}--- stderr\n{err}--- file\n{file}")


def test_a_dry_run_prints_the_file_and_writes_nothing(propose):
    code, written, out, _ = propose("train-vision-spot", "search", "--dry-run")
    assert (code, written) == (0, set())
    assert "paved:kind: team" in out


@pytest.mark.parametrize("taken", ["file", "link to a file", "link to nothing", "folder"])
def test_what_is_there_is_never_overwritten(taken, propose, folder):
    place, elsewhere = folder / "Pulumi.search-dev.yaml", folder / "elsewhere"
    match taken:
        case "file":
            place.write_text("mine", encoding="utf-8")
        case "link to a file":
            elsewhere.write_text("mine", encoding="utf-8")
            place.symlink_to(elsewhere)
        case "link to nothing":
            place.symlink_to(elsewhere)
        case "folder":
            place.mkdir()
    code, written, _, err = propose("train-vision-spot", "search", "--draft")
    assert (code, written) == (2, set())
    assert "never overwritten" in err
    assert taken == "folder" or place.is_symlink() or place.read_text(encoding="utf-8") == "mine"
    assert taken != "link to nothing" or not elsewhere.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("team", "../../etc/cron"),
        ("team", "a.b"),
        ("team", "Search"),
        ("email", "a@example.com\n  paved:account: {}"),
        ("email", "{{ answers }}@example.com"),
        ("chat", "#a: b"),
        ("members", "a]\n  paved:budget: [b"),
        ("platform", "platform-prd"),
        ("data_class", "secret"),
        ("reviewer", "- x"),
        ("budget", "1e9"),
        ("budget", "-5"),
        ("accelerator", "h1000"),
        ("template", "fine-tune"),
    ],
)
def test_an_answer_that_is_none_is_refused_by_its_option(name, value, propose):
    options = {name: value}
    code, written, out, err = propose(options.pop("template", "train-vision-spot"), **options)
    assert (code, written, out) == (2, set(), "")
    assert f"`--{name.replace('_', '-')}` must be" in err


def test_all_answers_that_are_missing_are_told_at_once(folder, capsys):
    assert run(["onboard", "--template", "serve-tier-1", "--stacks", str(folder)]) == 2
    err = capsys.readouterr().err
    assert all(f"`--{name}` is needed" in err for name in ("team", "email", "cost-center"))


def test_what_is_refused_is_not_written(propose):
    code, written, out, err = propose("train-vision-spot", "search", budget="10")
    assert (code, written) == (1, set())
    assert "refused by CO-03" in out
    assert "more than the 10.00 of its budget" in err


def test_a_mistake_is_told_and_nothing_is_written(propose):
    code, written, _, err = propose(
        "train-vision-spot", "search", data_class="confidential", platform="platform-dev"
    )
    assert (code, written) == (2, set())
    assert "`paved:data_class` must be `public` or `internal` on `platform-dev`" in err


def test_a_low_ceiling_is_told_with_the_true_sum_at_its_line(propose, folder):
    path = folder / "Pulumi.foundation-dev.yaml"
    before, _, after = path.read_text(encoding="utf-8").partition("monthly_ceiling_usd: 30000")
    path.write_text(f"{before}monthly_ceiling_usd: 4000{after}", encoding="utf-8")
    code, written, out, err = propose("train-vision-spot", "search", "--dry-run")
    assert (code, written) == (2, set())
    line = before.count("\n") + 1
    assert f"Pulumi.foundation-dev.yaml:{line}: `guardrails.monthly_ceiling_usd`" in err
    assert "6,000 (ranking-dev 4,000, search-dev 2,000), got 4,000" in err
    assert "monthly_usd: 2000" in out


def test_a_budget_that_nobody_can_tell_is_not_shown(propose):
    given = {"data_class": "confidential", "platform": "platform-dev"}
    code, _, out, err = propose("train-vision-spot", "search", "--dry-run", **given)
    assert (code, "    monthly_usd: " in out, "approved_ceiling_usd: " in out) == (2, False, False)
    assert "monthly_usd and approved_ceiling_usd follow from the work" in out
    assert "budget" not in err


def test_a_draft_is_written_though_it_is_refused(propose):
    code, written, *_ = propose("train-vision-spot", "search", "--draft", budget="10")
    assert (code, written) == (1, {"Pulumi.search-dev.yaml"})


def test_a_folder_without_a_platform_is_told(tmp_path, capsys):
    shutil.copy(STACKS / "Pulumi.foundation-dev.yaml", tmp_path)
    assert run(arguments(tmp_path, "train-vision-spot", "search")) == 2
    assert "has no platform" in capsys.readouterr().err


@pytest.fixture
def typed(monkeypatch):
    """What a person types, line by line."""

    def lines(*answers):
        monkeypatch.setattr(COMMAND, "is_terminal", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))

    return lines


def test_a_person_is_asked_again_until_an_answer_is_one(typed, folder, capsys):
    others = [""] * 20
    typed(
        "train-vision-spot", "Search", "search", "nobody", "ml-search@example.com", "", "", "CC-2222", *others
    )
    assert run(["onboard", "--stacks", str(folder)]) == 0
    assert "`--team` must be lower-case letters" in capsys.readouterr().err
    assert (folder / "Pulumi.search-dev.yaml").is_file()


def test_an_end_of_input_leaves_nothing_behind(typed, folder, capsys):
    before = names(folder)
    typed("train-vision-spot", "search")
    assert run(["onboard", "--stacks", str(folder)]) == 1
    assert "interrupted" in capsys.readouterr().err
    assert names(folder) == before


def test_an_interrupt_leaves_nothing_behind(folder, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise typer.Abort

    before = names(folder)
    monkeypatch.setattr(COMMAND, "is_terminal", lambda: True)
    monkeypatch.setattr("typer.prompt", interrupted)
    assert run(["onboard", "--stacks", str(folder)]) == 1
    assert names(folder) == before


def test_a_registered_team_needs_no_grant_and_keeps_its_freeze(folder, capsys):
    (folder / "Pulumi.ranking-dev.yaml").unlink()
    options = {"cost_center": "CC-2115", "platform": "platform-dev"}
    # The dataset of the sample belongs to this team's stack.
    code = run(arguments(folder, "train-vision-spot", "ranking", "--json", **options))
    data = json.loads(capsys.readouterr().out)
    assert (code, data["grants"]) == (0, [])
    assert yaml.safe_load(data["text"])["config"]["paved:budget"]["freeze"]["percent"] == 110


def test_the_list_as_data_has_every_template(capsys):
    assert run(["onboard", "--list", "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)["templates"]] == list(templates())


def test_an_address_outside_the_organisation_is_refused(propose):
    code, written, _, err = propose("train-vision-spot", email="a@elsewhere.org")
    assert (code, written) == (2, set())
    assert "outside the mail domains" in err


@pytest.mark.parametrize("keda", [True, False])
def test_replicas_that_cannot_scale_say_what_keda_would_change(keda, propose, folder):
    for name in ("foundation-prod", "platform-prod"):
        path = folder / f"Pulumi.{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert "keda: true" in text
        path.write_text(text.replace("keda: true", f"keda: {str(keda).lower()}"), encoding="utf-8")
    _, _, out, _ = propose("serve-tier-1", "search", "--dry-run")
    assert ("the platform has no `events.keda`. With it `min` may be less" in out) is not keda


def test_a_batch_on_cpu_nodes_is_promised_what_pods_get_of_them(propose, folder):
    code, written, out, _ = propose("forecast-cpu-batch", "demand", vcpus=48)
    section = yaml.safe_load((folder / "Pulumi.demand-dev.yaml").read_text(encoding="utf-8"))["config"]
    training = section["paved:training"]
    assert (code, written) == (0, {"Pulumi.demand-dev.yaml"})
    assert (training["pools"][0]["max_vcpus"], training["quota"]) == (48, [{"pool": "cpu", "vcpus": 45}])
    assert section["paved:usage"]["pools"] == [{"pool": "cpu", "hours": 60, "vcpus": 48}]
    # Ranking has 30 of the platform's 64.
    assert "- accelerator: cpu" in out and "vcpus: 75" in out


@pytest.mark.parametrize(
    ("template", "given", "says"),
    [
        (
            "forecast-cpu-batch",
            {"gpus": 8},
            "`--gpus` must be left out: the pool of `forecast-cpu-batch` has no",
        ),
        ("forecast-cpu-batch", {"accelerator": "l4"}, "`--accelerator` must be left out"),
        ("train-vision-spot", {"vcpus": 8}, "has accelerators, say `--gpus`"),
        ("notebooks", {"endpoint": "x"}, "`--endpoint` must be left out: `notebooks` serves nothing"),
        ("serve-tier-1", {"hours": 9}, "`--hours` must be left out: `serve-tier-1` serves, at every hour"),
    ],
)
def test_an_answer_that_the_template_has_no_use_for_is_refused(propose, template, given, says):
    code, written, _, err = propose(template, "demand", **given)
    assert (code, written) == (2, set())
    assert says in err
