"""`paved offboard` does one step at a time, when it is told to, and removes nothing before all else is proved."""

import json
import shutil
from datetime import date

import pytest

from benchmarks.billing import write_bill
from paved.cli import run
from paved.offboard import departure
from paved.offboard.holdings import Holdings
from paved.offboard.leftovers import Leftovers
from stacks.checks.folder import Folder
from tests.conftest import AS_OF, STACKS

RISK = ("Pulumi.foundation-risk.yaml", "Pulumi.platform-risk.yaml", "Pulumi.risk-prod.yaml", "policy.yaml")
NOTHING_LEFT = Leftovers(standing=(), runtime=(), deleting=(), unread=())
NOTHING_HELD = Holdings(buckets=(), images=(), models=(), backups=0, unread=(), not_simulated=())
KEPT = Leftovers(standing=("arn:aws:s3:::kept",), runtime=(), deleting=(), unread=())
UNREAD = Leftovers(standing=(), runtime=(), deleting=(), unread=("s3.HeadBucket: AccessDenied",))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stacks"
    made.mkdir()
    for name in RISK:
        shutil.copy(STACKS / name, made)
    return made


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def offboard(folder, out, capsys):
    def said(*more, stack="risk-prod"):
        code = run(["offboard", stack, "--stacks", str(folder), *more])
        captured = capsys.readouterr()
        both = (text.replace(f"{folder}/", "").replace(f"{out}/", "") for text in captured)
        return (code, *both)

    return said


@pytest.fixture
def contents(monkeypatch):
    """What the account is found to hold, instead of asking one."""

    def given(left, held=NOTHING_HELD):
        monkeypatch.setattr(departure, "read_contents", lambda *_: (left, held))

    return given


@pytest.fixture(scope="module")
def bill_file(tmp_path_factory):
    """A bill of September to 20 November 2026, in which October is whole."""
    path = tmp_path_factory.mktemp("bill") / "focus.csv"
    write_bill(path, date(2026, 9, 1), date(2026, 11, 20))
    return path


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_first_answer_reads_as_reviewed(paved, golden):
    golden("cli/offboard.txt", paved("offboard", "vision-prod"))


def test_the_status_reads_as_reviewed(paved, golden):
    golden("cli/offboard-status.txt", paved("offboard", "risk-prod", "--status"))


@pytest.mark.parametrize("more", [(), ("--json",), ("--step", "retire"), ("--step", "bill"), ("--status",)])
def test_nothing_is_written_unasked(more, offboard, folder, out):
    before = texts(folder)
    offboard(*more, "--out", str(out))
    assert texts(folder) == before
    assert not out.exists()


def test_the_whole_way_out(offboard, folder, out, contents, bill_file):
    there = ("--out", str(out))
    code, said, err = offboard(*there, "--rehearsed", "--yes")
    assert (code, "wrote export" in err) == (0, True)
    assert "Next: export" in said
    assert run(["evidence", "verify", str(out / "export")]) == 0
    assert "is not written yet" not in said.partition("bill")[0]
    code, said, err = offboard(*there, "--step", "retire", "--yes")
    assert (code, "wrote Pulumi.risk-prod.yaml" in err) == (0, True)
    assert "`lifecycle` is `retiring`" in said and "`lifecycle` is `active`" not in said
    assert "paved:lifecycle: retiring" in texts(folder)["Pulumi.risk-prod.yaml"]

    contents(NOTHING_LEFT)
    october = ("--actuals", str(bill_file), "--last-day", "2026-10-31")
    code, _, err = offboard(*there, "--account", "--step", "remove", "--yes")
    assert (code, "nothing is removed: waits for bill" in err) == (1, True)
    code, said, _ = offboard(*there, "--account", *october, "--yes")
    assert code == 0
    assert "Final bill of risk-prod" in said
    assert "Not to be filed" not in said

    contents(KEPT)
    code, _, err = offboard(*there, "--account", "--step", "remove", "--yes")
    assert (code, "waits for destroy" in err) == (1, True)
    contents(UNREAD)
    code, _, err = offboard(*there, "--account", "--step", "remove", "--yes")
    assert (code, "waits for access, destroy" in err) == (1, True)
    code, _, err = offboard(*there, "--step", "remove", "--yes")
    assert (code, "waits for access, export, destroy" in err) == (1, True)
    assert "Pulumi.risk-prod.yaml" in texts(folder)

    contents(NOTHING_LEFT)
    code, said, err = offboard(*there, "--account", "--step", "remove", "--yes")
    assert (code, "wrote 2 files" in err) == (0, True)
    assert "Pulumi.risk-prod.yaml" not in texts(folder)
    assert Folder.read(folder, AS_OF).problems == ()
    code, said, _ = offboard(*there, "--status")
    assert (code, "risk-prod is offboarded" in said) == (0, True)


def test_the_status_is_data_too(offboard, contents):
    contents(KEPT)
    code, said, _ = offboard("--account", "--status", "--json")
    data = json.loads(said)
    assert (code, data["schema_version"], data["written"], data["step"]) == (0, "1", False, None)
    standing = {step["name"]: step["standing"] for step in data["steps"]}
    assert standing == {
        "access": "done",
        "export": "cannot tell",
        "retain": "cannot tell",
        "retire": "open",
        "destroy": "open",
        "bill": "cannot tell",
        "remove": "open",
    }
    assert data["account"]["standing"] == ["arn:aws:s3:::kept"]


def test_the_next_step_by_hand_has_its_commands_in_order(offboard, contents, out):
    contents(KEPT)
    code, said, err = offboard("--account", "--step", "destroy", "--yes")
    assert (code, "people do the step `destroy`" in err) == (0, True)
    commands = [line.strip() for line in said.splitlines() if line.startswith(("  pulumi", "  aws"))]
    assert [command.split()[:2] for command in commands] == [
        ["pulumi", "destroy"],
        ["pulumi", "stack"],
        ["aws", "resourcegroupstaggingapi"],
    ]
    assert "--preserve-config" in commands[1]
    assert "--resource-arn-list arn:aws:s3:::kept" in commands[2]
    assert "team=platform" in commands[2]
    assert "Paved deletes nothing." in said


def test_an_owner_of_a_dataset_is_warned_first_and_refused_last(capsys):
    assert run(["offboard", "vision-prod"]) == 0
    assert "refused  it owns the shared dataset `product-images`" in capsys.readouterr().out
    assert run(["offboard", "vision-prod", "--step", "remove"]) == 1
    assert "it owns the shared dataset `product-images`" in capsys.readouterr().err


def test_access_is_ended_in_the_file_alone(tmp_path, capsys):
    for path in (*STACKS.glob("Pulumi.*.yaml"), STACKS / "policy.yaml"):
        shutil.copy(path, tmp_path)
    before = texts(tmp_path)
    assert run(["offboard", "vision-prod", "--stacks", str(tmp_path), "--yes"]) == 0
    said = capsys.readouterr().out
    after = texts(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {"Pulumi.vision-prod.yaml"}
    assert "paved:access" not in after["Pulumi.vision-prod.yaml"]
    assert "aws:eks/accessEntry:AccessEntry" in said
    assert "a token of the cluster after 15 minutes" in said


@pytest.mark.parametrize(
    ("stack", "more", "says"),
    [
        ("platform-risk", (), "`platform-risk` is a platform, and teams leave"),
        ("risk-prd", (), "did you mean `risk-prod`"),
        ("risk-prod", ("--step", "delete"), "`--step` must be access, export, retain"),
        ("risk-prod", ("--status", "--yes"), "`--status` does no step"),
        ("risk-prod", ("--rehearsed", "--profile", "x"), "a rehearsed account has no profile"),
        ("risk-prod", ("--rehearsed", "--account"), "`--rehearsed` asks an account in memory"),
        ("risk-prod", ("--last-day", "tomorrow"), "`--last-day` must be a date"),
        ("risk-prod", ("--last-day", "2026-11-22"), "is after 2026-11-21"),
        ("risk-prod", ("--step", "export", "--yes"), "an export reads the account"),
        ("risk-prod", ("--step", "bill", "--yes"), "a folder is needed"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(stack, more, says, offboard, folder):
    before = texts(folder)
    code, _, err = offboard(*more, stack=stack)
    assert (code, says in err) == (2, True)
    assert texts(folder) == before


def test_a_folder_of_somebody_elses_is_not_overwritten(offboard, out, contents):
    contents(NOTHING_LEFT)
    (out / "export").mkdir(parents=True)
    (out / "export" / "mine.txt").write_text("x", encoding="utf-8")
    code, _, err = offboard("--account", "--out", str(out), "--step", "export", "--yes")
    assert (code, "holds files that this command did not write" in err) == (2, True)
    assert [path.name for path in (out / "export").iterdir()] == ["mine.txt"]


def test_a_changed_export_proves_nothing(offboard, out, contents):
    contents(NOTHING_LEFT)
    there = ("--account", "--out", str(out))
    assert offboard(*there, "--step", "export", "--yes")[0] == 0
    path = out / "export" / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"backups": 0', '"backups": 9'), encoding="utf-8"
    )
    _, said, _ = offboard(*there, "--status", "--json")
    export = next(step for step in json.loads(said)["steps"] if step["name"] == "export")
    assert export["standing"] == "open"
    assert "`manifest.json` was changed" in export["evidence"][0]["says"]
