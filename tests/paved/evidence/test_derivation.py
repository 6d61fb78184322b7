"""A bundle is made anew from its own texts; where the tools are others, what differs is not held against it."""

import shutil

import pytest

from paved.cli import run
from paved.evidence import derivation as module
from paved.evidence.sealed_folder import read_sealed
from paved.evidence.sources import LEFT_OUT
from paved.evidence.verification import Anchor
from tests.conftest import STACKS
from tests.paved.evidence.conftest import DAY, Rewriter, write_evidence


def other_tools(rewriter):
    rewriter.put("tools.json", {**rewriter.data("tools.json"), "pulumi": "3.1.0"})


def test_other_tools_that_come_to_the_same_prove_it(rewriter):
    other_tools(rewriter)
    rewriter.reseal()
    assert rewriter.problems(required=frozenset({Anchor.DERIVATION})) == ""
    assert "pulumi 3.1.0 there, " in module.derivation(read_sealed(rewriter.folder)).tools[0]


def test_other_tools_that_come_to_something_else_leave_it_open(rewriter):
    other_tools(rewriter)
    cost = rewriter.data("cost.json")
    cost["totals"]["expected"] = "1.00"
    rewriter.put("cost.json", cost)
    rewriter.reseal()
    said = rewriter.problems()
    assert said.startswith("nothing tells it from one that was rewritten whole: cannot be told: `cost.json`")
    assert "pulumi 3.1.0 there, " in said
    assert rewriter.problems(head=rewriter.head) == ""
    assert rewriter.problems(head=rewriter.head, required=frozenset({Anchor.DERIVATION})).startswith(
        "derivation: "
    )


def test_verdicts_are_on_the_plan_that_another_program_made(rewriter):
    other_tools(rewriter)
    plan = rewriter.data("plan.json")
    block = next(each for each in plan["resources"] if "PublicAccessBlock" in each["type"])
    block["inputs"]["blockPublicPolicy"] = False
    rewriter.put("plan.json", plan)
    rewriter.reseal()
    said = rewriter.problems()
    assert "`plan.json` does not follow from the stack files: 1 resources are others" in said
    assert "`policy.json` does not follow from the plan" in said
    assert "`config.json`" not in said


@pytest.mark.parametrize("text", ["[]", '{"stack": "ranking-dev", "resources": [1], "outputs": {}}'])
def test_a_plan_that_is_none_is_refused(rewriter, text, capsys):
    other_tools(rewriter)
    (rewriter.folder / "plan.json").write_text(text, encoding="utf-8")
    rewriter.reseal()
    assert run(["evidence", "verify", str(rewriter.folder)]) == 1
    assert "was changed" in capsys.readouterr().err


def test_stack_files_with_a_mistake_give_no_evidence(rewriter):
    (rewriter.folder / "stacks" / "Pulumi.ranking-dev.yaml").write_text("config: 1\n", encoding="utf-8")
    rewriter.reseal()
    said = rewriter.problems()
    assert "the bundle's stack files give no evidence: " in said
    assert "paved-" not in said


def test_a_file_with_a_credential_is_left_out_and_the_rest_still_follows(tmp_path):
    shutil.copytree(STACKS, tmp_path / "stacks")
    secret = "AKIA" + "IOSFODNN7EXAMPLQ"
    (tmp_path / "stacks" / "Pulumi.other-dev.yaml").write_text(f"config:\n  paved:kind: {secret}\n")
    out = tmp_path / "out"
    assert write_evidence(tmp_path / "stacks", out) == 0
    assert (out / "stacks" / "Pulumi.other-dev.yaml").read_text(encoding="utf-8") == LEFT_OUT
    written = [path.read_text(encoding="utf-8") for path in out.rglob("*") if path.is_file()]
    assert not any(secret in text for text in written)
    assert Rewriter(out).problems() == ""


def test_a_credential_in_the_policy_file_leaves_no_bundle(tmp_path, capsys):
    shutil.copytree(STACKS, tmp_path / "stacks")
    with (tmp_path / "stacks" / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("# AKIA" + "IOSFODNN7EXAMPLQ\n")
    out = tmp_path / "out"
    assert write_evidence(tmp_path / "stacks", out) == 2
    assert "holds what looks like a credential" in capsys.readouterr().err
    assert not out.exists()


def test_evidence_at_the_strictest_level_is_signed(tmp_path, capsys, signer):
    out = tmp_path / "risk-prod"
    assert run(["evidence", "risk-prod", "--out", str(out), "--as-of", DAY]) == 0
    capsys.readouterr()
    assert run(["evidence", "verify", str(out)]) == 1
    assert (
        "evidence of a stack at `regulated` is signed, by a key that is named: none"
        in capsys.readouterr().err
    )
    signer.sign(out)
    assert run(["evidence", "verify", str(out)]) == 1
    assert run(["evidence", "verify", str(out), "--key", str(signer.pem)]) == 0
