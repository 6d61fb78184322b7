import json
import shutil
import subprocess

import pytest

from paved.cli import run
from paved.errors import BadInput
from paved.incident.page import NOT_TOLD, data, page
from paved.incident.window import window
from paved.incident.withheld import redacted
from stacks.reading.problems import ConfigError
from tests.conftest import STACKS
from tests.paved.operations.world import (
    AVAILABLE,
    DETECTOR,
    POOL,
    STACK,
    at,
    endpoint_alert,
    steady,
    step,
    update,
)


def fires(folder, first, last, name="EndpointErrorBudgetBurnsFast"):
    folder.watchdog()
    folder.export("alerts", endpoint_alert(name, first, last))


def test_an_alert_that_fires_is_told_with_its_runbook(folder, lines):
    fires(folder, step(15, 11), folder.period.steps)
    (line,) = lines("What fires, and what to do")
    assert "`vision-prod.defect-detector` (page) since 2026-11-15 10:55, **goes on**" in line
    assert "[EndpointErrorBudgetBurnsFast](" in line
    assert "/EndpointErrorBudgetBurnsFast.md)" in line


def test_an_alert_that_was_over_before_is_left_out(folder, lines):
    fires(folder, step(10, 11), step(10, 12))
    assert lines("What fires, and what to do") == ["No alert that calls a person."]


def test_an_alert_without_a_page_links_to_none(folder, lines):
    fires(folder, step(15, 11), step(15, 12), name="KubePersistentVolumeFillingUp")
    (line,) = lines("What fires, and what to do")
    assert "](" not in line


def test_a_budget_that_burns_is_told_by_how_much(folder, lines):
    every = range(step(15, 6), step(15, 12) + 1)
    failing = {each: (0.05 if each > step(15, 11) else 0.0) for each in every}
    folder.objectives((AVAILABLE, dict.fromkeys(every, 1), failing))
    # What is promised besides, and not measured, stands below.
    assert lines("Objectives that burn")[0] == (
        "- `vision-prod.defect-detector` `availability` (**burns**): 1 h: 50.0 times, 6 h: 8.3 times"
    )


def test_every_objective_that_burns_is_told_the_fastest_first(folder, lines):
    every = range(step(15, 6), step(15, 12) + 1)
    looks, stale = dict.fromkeys(every, 1 / 30), {each: 1 / 30 if each > step(15, 9) else 0 for each in every}
    folder.objectives(
        (AVAILABLE, dict.fromkeys(every, 900.0), dict.fromkeys(every, 0.0)),
        ((DETECTOR, "latency", 0.99), dict.fromkeys(every, 900.0), dict.fromkeys(every, 18.0)),
        (("vision-prod.scores", "freshness", 0.99), looks, stale, "looks"),
        (("risk-prod.other", "latency", 0.99), dict.fromkeys(every, 1.0), dict.fromkeys(every, 1.0)),
    )
    assert lines("Objectives that burn")[:3] == [
        "- `vision-prod.scores` `freshness` (**burns**): 1 h: 100.0 times, 6 h: 50.0 times",
        "- `vision-prod.defect-detector` `latency` (**burns**): 1 h: 2.0 times, 6 h: 2.0 times",
        "- `vision-prod.defect-detector` `availability` (holds): 1 h: 0.0 times, 6 h: 0.0 times",
    ]


def test_an_endpoint_without_requests_is_not_said_to_hold_by_figures(folder, lines):
    last = step(15, 12)
    folder.objectives((AVAILABLE, steady(0, 1, last), steady(0, 1, last)))
    line = lines("Objectives that burn")[0]
    assert "1 h: nothing to count" in line
    assert "(unknown)" in line


def test_a_promise_without_a_sample_is_not_said_to_hold(folder, lines, facts):
    folder.objectives()
    promised = "(not measured): 99.9 % is promised, and no sample tells of it"
    assert lines("Objectives that burn")[0] == f"- `vision-prod.defect-detector` `availability` {promised}"
    # What was measured in the morning and is no longer is as unknown.
    folder.objectives((AVAILABLE, steady(9, 1, step(15, 5)), steady(0, 1, step(15, 5))))
    assert promised in lines("Objectives that burn")[0]
    burn = data(facts())["burns"][0]
    assert (burn["slo"], burn["measured"], burn["rates"]) == ("availability", False, {"1h": None, "6h": None})


def test_deployments_of_the_stack_and_of_what_it_stands_on_are_told(folder, lines):
    folder.write("history-vision-prod.json", [update(1, at(10)), update(2, at(15, 9))])
    by_hand = update(7, at(15, 10), result="failed", environment={"ci.system": None})
    folder.write("history-platform-prod.json", [by_hand, update(8, at(15, 11), kind="preview")])
    assert lines("Deployments") == [
        "- `vision-prod` 2026-11-15 09:00: update succeeded, 2 changes, by CI, `aaaaaaaaaaaa`",
        "- `platform-prod` 2026-11-15 10:00: update failed, 2 changes, by hand, `aaaaaaaaaaaa`",
        f"- `foundation-prod`: {NOT_TOLD}",
    ]


def test_a_pool_that_lost_nodes_is_told(folder, lines):
    labels = {STACK: "vision-prod", POOL: "h100"}
    stays, goes = step(15, 12), step(15, 3)
    folder.export(
        "gpu_nodes",
        ({"node": "a", **labels}, steady(8, step(14), stays)),
        ({"node": "b", **labels}, steady(8, step(14), goes)),
    )
    assert lines("Nodes") == ["- `h100` of `vision-prod`: 2 nodes, now 1"]


def test_what_no_file_tells_is_not_told_as_nothing(facts):
    text = page(facts())
    assert text.count(NOT_TOLD) >= 5
    assert "$180,000.00 a month; new nodes stop at 95 %" in text


@pytest.fixture
def committed(tmp_path):
    """Commit the sample stacks with a subject, within the day that the page is of. Returns their folder."""

    def commit(subject):
        stacks = tmp_path / "repository" / "stacks"
        shutil.copytree(STACKS, stacks)
        done = {"cwd": stacks.parent, "check": True, "capture_output": True}
        who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
        who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
        when = {"GIT_AUTHOR_DATE": "2026-11-15T10:00:00Z", "GIT_COMMITTER_DATE": "2026-11-15T10:00:00Z"}
        subprocess.run(["git", "init", "-q"], **done)
        subprocess.run(["git", "add", "."], **done)
        command = ["git", "commit", "-qm", subject]
        subprocess.run(command, **done, env={**who, **when, "PATH": "/usr/bin:/bin"})
        return stacks

    return commit


def test_a_commit_that_holds_a_credential_is_withheld(lines, committed):
    secret = "AKIA" + "ABCDEFGH12345678"
    (line,) = lines("Commits", stacks=committed(f"feat: use {secret}"))
    assert "withheld" in line
    assert secret not in line


@pytest.mark.parametrize("end", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\r", "\t"])
def test_a_subject_with_ends_of_lines_of_others_is_one_line(lines, committed, end):
    (line,) = lines("Commits", stacks=committed(f"feat: more{end}replicas"))
    assert line.endswith("`feat: more replicas`")


@pytest.mark.parametrize("text", ["password: hunter2hunter2", "see https://a:b@example.com"])
def test_what_looks_like_a_credential_is_withheld(text):
    assert "withheld" in redacted(text)
    assert redacted("feat: raise replicas") == "feat: raise replicas"


def test_another_moment_is_refused():
    for text in ("yesterday", "2026-11-15", "2026-11-31T12:00Z", "2026-11-15T12:00+01:00"):
        with pytest.raises(BadInput, match="YYYY-MM-DDTHH:MMZ"):
            window(text, 24)


def test_a_stack_that_is_not_there_is_refused(facts):
    with pytest.raises(
        ConfigError, match=r"`vison-prod` is no stack of the folder .*; did you mean `vision-prod`"
    ):
        facts(stack="vison-prod")


def test_the_command_prints_the_page_and_its_data(folder, capsys):
    fires(folder, step(15, 11), step(15, 12))
    arguments = ["incident", "vision-prod", "--exports", str(folder.path), "--at", "2026-11-15T12:00Z"]
    assert run([*arguments, "--stacks", str(STACKS)]) == 0
    assert capsys.readouterr().out.startswith("# vision-prod, 2026-11-14 12:00 to 2026-11-15 12:00\n")
    assert run([*arguments, "--stacks", str(STACKS), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["incidents"][0]["subject"] == DETECTOR
