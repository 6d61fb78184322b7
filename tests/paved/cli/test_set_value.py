"""`paved set` writes one value that is valid and allowed, after it has told what it changes, or nothing."""

import json
import shutil

import pytest
import typer

from paved.cli import run
from tests.conftest import STACKS

FILE = "Pulumi.ranking-dev.yaml"


@pytest.fixture
def folder(tmp_path):
    for name in ("Pulumi.foundation-dev.yaml", "Pulumi.platform-dev.yaml", FILE, "policy.yaml"):
        shutil.copy(STACKS / name, tmp_path)
    return tmp_path


@pytest.fixture
def setting(folder, capsys):
    def said(key, value, *more, stack="ranking-dev"):
        before = (folder / FILE).read_bytes()
        code = run(["set", stack, key, value, "--stacks", str(folder), *more])
        captured = capsys.readouterr()
        after = (folder / FILE).read_bytes()
        return (
            code,
            after != before,
            captured.out.replace(f"{folder}/", ""),
            captured.err.replace(f"{folder}/", ""),
        )

    return said


def test_a_change_reads_as_reviewed_and_keeps_every_other_byte(setting, folder, golden):
    code, is_changed, out, err = setting("training.pools[l4].drain_hours", "2", "--yes")
    assert (code, is_changed) == (0, True)
    golden("cli/set.txt", f"{out}--- stderr\n{err}")
    before = (STACKS / FILE).read_text(encoding="utf-8")
    assert (folder / FILE).read_text(encoding="utf-8") == before.replace(
        "drain_hours: 1\n", "drain_hours: 2\n"
    )


@pytest.mark.parametrize("more", [(), ("--dry-run", "--yes"), ("--json",)])
def test_nothing_is_written_unasked(more, setting):
    code, is_changed, out, _ = setting("registry.noncurrent_days", "30", *more)
    assert (code, is_changed) == (0, False)
    assert "noncurrent_days" in out


def test_what_a_rule_refuses_is_not_written(setting):
    code, is_changed, out, err = setting("training.pools[0].max_gpus", "12", "--yes")
    assert (code, is_changed) == (1, False)
    assert "refused by CO-03" in out
    assert "3,749.54 more than the 9,500.00" in err


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("training.pools[0].max_gpus", "lots", "must be 1 to 4096 GPUs, the most this pool may ever run; of types"),
        ("training.frozen", "yes", 'got "yes"'),
        ("budget.notify", "a@example.com", "must be a list of"),
        ("budget.notify", "[a, &b c]", "has the anchor"),
        ("owner.email", "a@example.com\n  paved:account: {}", "has the character U+000A"),
        ("owner.chat", "#x\u202ey", "which a reader cannot see"),
        ("platform", "platform-prod", "`platform-prod`"),
        ("registry.keep_image", "9", "did you mean `keep_images`"),
        ("budgt.monthly_usd", "9", "did you mean `paved:budget`"),
        ("training.pools[0]", "{name: x}", "name one of its keys"),
        ("registry.noncurrent_days", "14", "has this value already"),
        ("../../etc", "1", "is no key"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_written(key, value, says, setting):
    code, is_changed, _, err = setting(key, value, "--yes")
    assert (code, is_changed) == (2, False)
    assert says in err.replace("`budget`", "`paved:budget`")


def broken(folder, name, earlier, later):
    path = folder / f"Pulumi.{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert earlier in text
    path.write_text(text.replace(earlier, later, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("stack", "earlier", "later"),
    [("foundation-dev", "CC-", "XX-"), ("ranking-dev", "drain_hours: 1\n", "drain_hours: lots\n")],
)
def test_mistakes_that_were_there_keep_no_change_from_being_written(stack, earlier, later, setting, folder):
    broken(folder, stack, earlier, later)
    code, is_changed, out, _ = setting("registry.noncurrent_days", "30", "--yes")
    assert (code, is_changed) == (0, True)
    assert f"Mistakes that were there before\n  {FILE.replace('ranking-dev', stack)}:" in out
    assert "ranking-dev: cannot be planned" in out
    code, is_changed, _, err = setting("registry.noncurrent_days", "lots", "--yes")
    assert (code, is_changed) == (2, False)
    assert "noncurrent_days" in err


def test_a_stack_that_is_mended_is_told_as_it_is_now(setting, folder):
    broken(folder, "platform-dev", "  paved:foundation: foundation-dev", "  paved:foundation: foundation-dv")
    code, _, out, _ = setting("foundation", "foundation-dev", "--yes", stack="platform-dev")
    assert code == 0
    for name in ("platform-dev", "ranking-dev"):
        assert f"{name}: could not be planned before\n  allowed" in out
    assert "4,000.00" in out


def test_another_team_keeps_a_stack_from_moving_under_it(setting, folder):
    code, _, _, err = setting("tenancy.dedicated_to", "search", "--yes", stack="platform-dev")
    assert code == 2
    assert "which serves the team `search` alone" in err
    assert (folder / "Pulumi.platform-dev.yaml").read_bytes() == (
        STACKS / "Pulumi.platform-dev.yaml"
    ).read_bytes()


def test_a_change_of_a_platform_tells_what_it_does_to_its_teams(setting, folder, capsys):
    code, _, out, _ = setting("queues.sharing", "fair", "--json", "--yes", stack="platform-dev")
    assert code == 0
    data = json.loads(out)
    assert data["written"]
    assert {each["name"] for each in data["stacks"]} <= {"platform-dev", "ranking-dev"}


def test_an_unknown_stack_is_told_with_the_nearest(setting):
    code, _, _, err = setting("budget.monthly_usd", "1", stack="rankin-dev")
    assert (code, "did you mean `ranking-dev`" in err) == (2, True)


def test_line_ends_of_windows_stay(setting, folder):
    text = (folder / FILE).read_bytes().replace(b"\n", b"\r\n")
    (folder / FILE).write_bytes(text)
    code, *_ = setting("registry.noncurrent_days", "30", "--yes")
    assert code == 0
    assert (folder / FILE).read_bytes() == text.replace(b"noncurrent_days: 14", b"noncurrent_days: 30")


def test_a_link_stays_one(setting, folder):
    (folder / FILE).rename(folder / "ranking.yaml")
    (folder / FILE).symlink_to("ranking.yaml")
    code, *_ = setting("registry.noncurrent_days", "30", "--yes")
    assert (code, (folder / FILE).is_symlink()) == (0, True)


@pytest.mark.parametrize("answer", [True, False, typer.Abort])
def test_a_person_decides_once_the_consequences_are_told(answer, setting, monkeypatch):
    def confirmed(*_, **__):
        if answer is typer.Abort:
            raise typer.Abort
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", confirmed)
    code, is_changed, out, _ = setting("registry.noncurrent_days", "30")
    assert (code, is_changed) == ((1, False) if answer is typer.Abort else (0, answer))
    assert out.count("noncurrent_days: 30") == 1
