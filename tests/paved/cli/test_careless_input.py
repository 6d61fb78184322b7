"""Mistakes in what on-call and release commands are given: each is told with its place, and none as a defect."""

import json
import shutil

import pytest

from paved.cli import run
from tests.conftest import STACKS

AT = ("--at", "2026-11-15T12:30Z")
SERIES = {"sloth_service": "vision-prod.defect-detector", "sloth_slo": "availability"}


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """The words of a refusal, of a command that runs beside a copy of the sample stacks."""
    shutil.copytree(STACKS, tmp_path / "stacks")
    (tmp_path / "exports").mkdir()
    (tmp_path / "file").write_text("text", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def ask(*arguments):
        code = run([*arguments, "--stacks", "stacks"] if arguments[0] != "dashboards" else list(arguments))
        captured = capsys.readouterr()
        assert code == 2, captured.err
        assert "Traceback" not in captured.err
        assert captured.out == ""
        return captured.err

    return ask


def answer(*samples):
    result = [{"metric": SERIES, "value": sample} for sample in samples]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}})


@pytest.mark.parametrize("command", [("incident", "--exports", "exports", *AT), ("objectives",)])
@pytest.mark.parametrize(
    ("stack", "says"),
    [
        ("vision-prd", "did you mean `vision-prod`?"),
        ("../../etc", "there are `foundation-dev`"),
        ("vi\udcffsion", "`vi\\udcffsion` is no stack"),
        ("Pulumi.yaml", "is no stack of the folder"),
        ("", "argument 2 is empty"),
    ],
)
def test_a_stack_that_is_none_is_told_with_those_there_are(said, command, stack, says):
    name, *options = command
    assert says in said(name, stack, *options)


@pytest.mark.parametrize("command", [("incident", "--exports", "exports"), ("objectives",)])
@pytest.mark.parametrize(
    "at",
    [
        *("noon", "2026-11-15", "2026-1-5T1:1Z", "2026-11-31T10:00Z", "0001-01-01T00:00Z"),
        *("9999-12-31T23:59Z", "2026-11-15T12:30Z\n", "\uff12026-11-15T12:30Z", "\x1b[31m2026"),
    ],
)
def test_a_moment_is_written_in_one_way_by_every_command(said, command, at):
    name, *options = command
    words = said(name, "vision-prod", *options, "--at", at)
    assert "`--at` must be a moment in UTC as YYYY-MM-DDTHH:MMZ, got `" in words
    assert "hint: write it as in `--at 2026-11-15T12:30Z`" in words
    assert "\x1b" not in words


@pytest.mark.parametrize("hours", ["-3", "0", "169", "x", "1.5"])
def test_hours_are_those_of_a_week_at_most(said, hours):
    assert "'--hours'" in said("incident", "vision-prod", "--exports", "exports", *AT, "--hours", hours)


@pytest.mark.parametrize("exports", ["nowhere", "file"])
def test_exports_are_a_folder(said, exports):
    assert f"`{exports}` is not a folder of exports" in said(
        "incident", "vision-prod", "--exports", exports, *AT
    )


@pytest.mark.parametrize("name", ["foundation-prod", "platform-dev"])
def test_only_teams_promise_and_are_named(said, name):
    words = said("objectives", name)
    assert f"`{name}` is a {name.partition('-')[0]}, and promises nothing" in words
    assert "hint: stacks of teams are ranking-dev, risk-prod, vision-prod" in words


@pytest.mark.parametrize("text", ["config: [", "config: {paved:kind: castle}", "\x00", "a: &a [*a]"])
def test_a_broken_stack_file_is_told_by_its_line(said, tmp_path, text):
    (tmp_path / "stacks" / "Pulumi.vision-prod.yaml").write_text(text, encoding="utf-8")
    for command in (("objectives", "vision-prod"), ("incident", "vision-prod", "--exports", "exports", *AT)):
        assert "stacks/Pulumi.vision-prod.yaml" in said(*command)


@pytest.mark.parametrize(
    "text",
    ["", "[", "{}", "[" * 100_000, "NaN", '{"status": "success", "data": []}']
    + [answer(each) for each in ([True, "1"], ["1", "1"], [1e18, "1"], [-1e18, "1"], [1, 1], [1, None], "1")]
    + [answer([1, text]) for text in ("", "1_0", " 1", "1\n", "\u0661", "nan", "infinity", "0x1", "1e")]
    + [answer([1, "1"], [1, "1"])],
)
def test_an_answer_that_is_none_is_told_by_its_file(said, tmp_path, text):
    (tmp_path / "answer.json").write_text(text, encoding="utf-8")
    assert "`answer.json`" in said("objectives", "vision-prod", "--budgets", "answer.json", *AT)


@pytest.mark.parametrize("place", ["nowhere.json", "exports"])
def test_an_answer_that_is_not_there_comes_with_the_way_to_get_it(said, place):
    words = said("objectives", "vision-prod", "--budgets", place)
    assert f"`{place}` cannot be read" in words
    assert "hint: `paved objectives STACK` prints the query" in words


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("file", "`file` is a file, a folder is needed"),
        ("file/deep/er", "`file` is a file, a folder is needed"),
        ("stacks", "`stacks` holds files that this command did not write"),
        (".", "`.` is the folder that this command runs in"),
        ("a" * 300, "File name too long"),
        ("\x00", "null"),
    ],
)
def test_dashboards_are_written_to_a_folder_of_their_own(said, tmp_path, place, says):
    before = sorted(tmp_path.rglob("*"))
    assert says in said("dashboards", "--out", place)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_to_nowhere_is_no_empty_list_of_incidents(said, tmp_path):
    (tmp_path / "stacks" / "incidents.yaml").symlink_to("nowhere")
    assert "incidents.yaml` cannot be read" in said("incident", "vision-prod", "--exports", "exports", *AT)
