"""`paved rehearse` as it is typed."""

import json

import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from paved.aws.creating.memory import MemoryAws
from paved.cli import run
from stacks.checks.folder import Folder
from tests.conftest import STACKS

FOLDER = ["--stacks", str(STACKS)]


@pytest.fixture
def rehearse(capfd):
    def command(*arguments):
        code = run(["rehearse", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def small_program():
    """One resource of each outcome, one that waits, and one that only AWS can judge."""
    account = Folder.read(STACKS).stack("foundation-dev").stack.account
    provider = aws.Provider(
        "aws",
        region=account.region,
        allowed_account_ids=[account.id],
        default_tags=aws.ProviderDefaultTagsArgs(tags={"team": "platform"}),
    )
    opts = ResourceOptions(provider=provider)
    aws.sqs.Queue("jobs", name="jobs", opts=opts)
    aws.costexplorer.AnomalyMonitor(
        "teams", name="teams", monitor_type="DIMENSIONAL", monitor_dimension="SERVICE", opts=opts
    )
    aws.ec2.LaunchTemplate("nodes", name="nodes", instance_type="z9.huge", opts=opts)
    vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/8", opts=opts)
    aws.ec2.InternetGateway("out", vpc_id=vpc.id, opts=opts)


def clean_program():
    """Two resources that every account takes."""
    account = Folder.read(STACKS).stack("foundation-dev").stack.account
    opts = ResourceOptions(
        provider=aws.Provider("aws", region=account.region, allowed_account_ids=[account.id])
    )
    aws.sqs.Queue("jobs", name="jobs", opts=opts)
    aws.kms.Key("data", deletion_window_in_days=14, opts=opts)


@pytest.fixture
def rehearse_clean(rehearse, monkeypatch):
    """Rehearse the clean program in place of a sample stack, which costs a second each time."""
    monkeypatch.setattr("paved.rehearsal.rehearsal.run_main", clean_program)
    return rehearse


@pytest.mark.parametrize("options", [[], ["--resources"], ["--json"]])
def test_a_rehearsal_prints_what_became_of_each_resource(rehearse, golden, monkeypatch, options):
    monkeypatch.setattr("paved.rehearsal.rehearsal.run_main", small_program)
    code, out, err = rehearse("foundation-dev", *options, *FOLDER)
    name = "".join(options).strip("-") or "tables"
    golden(f"rehearsal/{name}.txt", f"exit {code}\n--- stdout\n{out}--- stderr\n{err}")


def test_a_clean_rehearsal_exits_with_zero_and_names_a_next_step(rehearse_clean):
    code, out, err = rehearse_clean("foundation-dev", *FOLDER)
    assert code == 0
    assert "1 stack, " in out
    assert "hint: `paved rehearse foundation-dev --resources` lists every resource" in err


def test_data_goes_to_stdout_alone(rehearse_clean):
    code, out, err = rehearse_clean("foundation-dev", "--json", *FOLDER)
    assert (code, err) == (0, "")
    assert [stack["stack"] for stack in json.loads(out)["stacks"]] == ["foundation-dev"]


def test_a_rejection_exits_with_one(rehearse_clean, monkeypatch):
    monkeypatch.setattr("paved.aws.kms.DELETION_WINDOW", range(0))
    code, out, err = rehearse_clean("foundation-dev", *FOLDER)
    assert code == 1
    assert "kms.ScheduleKeyDeletion `PendingWindowInDays`: must be of 7 to 30, got 14" in out
    assert err.endswith("hint: mend what was rejected, then rehearse again\n")


def test_an_unknown_stack_exits_with_two_and_says_which_there_are(rehearse):
    code, out, err = rehearse("foundation-def", *FOLDER)
    assert (code, out) == (2, "")
    assert "`foundation-def` is no stack of" in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_there_exits_with_two(rehearse, tmp_path):
    code, out, err = rehearse("--stacks", str(tmp_path / "nothing"))
    assert (code, out) == (2, "")
    assert "is not a folder of stack files" in err


def test_an_interrupted_rehearsal_ends_without_a_traceback(rehearse_clean, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("paved.rehearsal.rehearsal._rehearsed", interrupt)
    code, out, err = rehearse_clean("foundation-dev", *FOLDER)
    assert (code, out) == (1, "")
    assert "Traceback" not in err


def test_the_rehearsal_leaves_no_in_memory_aws_behind(rehearse_clean):
    rehearse_clean("foundation-dev", *FOLDER)
    with MemoryAws() as memory:
        assert memory.client("kms", "444455556666", "us-east-1").list_keys()["Keys"] == []
