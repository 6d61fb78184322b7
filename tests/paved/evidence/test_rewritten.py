"""A bundle that was rewritten whole, its chain and head with it, is told from the true one, and why is said."""

import shutil

import pytest

from paved.cli import run
from paved.evidence.chain import MANIFEST, sha256
from paved.evidence.statement import SIGNATURE
from tests.conftest import STACKS
from tests.paved.evidence.conftest import DAY, Rewriter, write_evidence

EXCEPTION = """\
schema_version: 1
exceptions:
  - rule: EN-01
    stack: ranking-dev
    resource: features
    owner: ranking
    reason: somebody added this one after the fact
    ticket: SEC-1
    expires: 2026-12-31
"""


def approval(rewriter, **changes):
    plan = sha256((rewriter.folder / "plan.json").read_bytes())
    given = {"plan_sha256": plan, "by": "lead@example.com", "on": "2026-11-20", "reference": "PR 12"}
    return {**given, **changes}


def test_the_true_bundle_has_nothing_wrong(rewriter):
    assert rewriter.problems(head=rewriter.head) == ""


def test_a_figure_changed_and_sealed_again_does_not_follow(rewriter):
    cost = rewriter.data("cost.json")
    cost["totals"]["expected"] = "1.00"
    rewriter.put("cost.json", cost)
    rewriter.reseal()
    assert rewriter.problems() == "`cost.json` does not follow from the plan"


def test_a_verdict_emptied_and_sealed_again_does_not_follow(rewriter):
    policy = rewriter.data("policy.json")
    rewriter.put("policy.json", {**policy, "findings": [], "undetermined": [], "passed": 999})
    page = rewriter.folder / "controls.md"
    page.write_text("# Controls: all of them hold\n", encoding="utf-8")
    rewriter.reseal()
    said = rewriter.problems().splitlines()
    assert said == [
        "`policy.json` does not follow from the plan",
        "`controls.md` does not follow from the plan",
    ]


def test_a_harmless_plan_put_in_its_place_does_not_follow(rewriter):
    plan = rewriter.data("plan.json")
    gone = [each for each in plan["resources"] if each["type"].startswith("aws:iam/")]
    plan["resources"] = [each for each in plan["resources"] if each not in gone]
    rewriter.put("plan.json", plan)
    rewriter.reseal()
    said = rewriter.problems()
    assert said.startswith(
        f"`plan.json` does not follow from the stack files: {len(gone)} resources are gone ("
    )


def test_a_property_of_a_resource_put_right_does_not_follow(rewriter):
    plan = rewriter.data("plan.json")
    plan["resources"][5]["protect"] = not plan["resources"][5]["protect"]
    rewriter.put("plan.json", plan)
    rewriter.reseal()
    assert "`plan.json` does not follow from the stack files: 1 resources are others (" in rewriter.problems()


def test_the_config_of_another_stack_does_not_belong_to_the_plan(rewriter):
    rewriter.put("config.json", {**rewriter.data("config.json"), "stack": "vision-prod"})
    rewriter.reseal()
    assert "`config.json` is of `vision-prod`, the manifest of `ranking-dev`" in rewriter.problems()


def test_the_values_of_another_config_do_not_follow(rewriter):
    config = rewriter.data("config.json")
    config["config"]["paved:security"] = "regulated"
    rewriter.put("config.json", config)
    rewriter.reseal()
    assert rewriter.problems() == "`config.json` does not follow from the stack file"


def test_another_name_of_the_stack_has_no_stack_file_or_plan(rewriter):
    rewriter.reseal(stack="ranking-prod")
    said = rewriter.problems()
    assert "`plan.json` is of `ranking-dev`, the manifest of `ranking-prod`" in said
    assert "the bundle holds no stack file of `ranking-prod`" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plan_sha256": "0" * 64}, "lead@example.com approved the plan 000000000000…, this is "),
        ({"on": "2099-01-01"}, "lead@example.com approved on 2099-01-01, which is after 2026-11-21"),
        ({"by": "nobody"}, "`nobody` is nobody who can be asked"),
        ({"by": "lead@example.org"}, "lead@example.org is no reviewer of the organisation's register"),
        ({"by": "@strange/team"}, "@strange/team is no reviewer of the organisation's register"),
        ({"extra": 1}, "`0.extra`"),
    ],
)
def test_an_approval_added_to_it_has_to_be_one(rewriter, changes, said):
    rewriter.put("approvals.json", [approval(rewriter, **changes)])
    rewriter.reseal()
    assert said in rewriter.problems()


def test_a_second_approval_is_somebody_elses(rewriter):
    rewriter.put("approvals.json", [approval(rewriter), approval(rewriter, by="Lead@Example.com")])
    rewriter.reseal()
    assert "lead@example.com approved 2 times" in rewriter.problems()


def test_a_second_approval_is_of_another_mailbox(rewriter):
    rewriter.put("approvals.json", [approval(rewriter), approval(rewriter, by="lead+2@example.com")])
    rewriter.reseal()
    assert "lead@example.com approved 2 times" in rewriter.problems()


def test_an_exception_added_to_the_list_does_not_follow(rewriter):
    rewriter.put("exceptions.json", [{"rule": "EN-01", "stack": "ranking-dev"}])
    rewriter.reseal()
    assert rewriter.problems() == "`exceptions.json` does not follow from policy.yaml"


def test_an_exception_added_to_the_policy_file_changes_the_verdict(rewriter):
    (rewriter.folder / "stacks" / "policy.yaml").write_text(EXCEPTION, encoding="utf-8")
    rewriter.reseal()
    said = rewriter.problems()
    assert "`exceptions.json` does not follow from policy.yaml" in said
    assert "`policy.json` does not follow from the plan" in said


def test_a_stack_file_changed_in_it_is_another_plan(rewriter):
    file = rewriter.folder / "stacks" / "Pulumi.ranking-dev.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("noncurrent_days: 14", "noncurrent_days: 15"))
    rewriter.reseal()
    said = rewriter.problems()
    assert "`config.json` does not follow from the stack file" in said
    assert "`plan.json` does not follow from the stack files" in said


def test_other_stack_files_made_into_a_bundle_are_told_from_outside_alone(rewriter, signer, tmp_path):
    signer.sign(rewriter.folder)
    head, out = rewriter.head, tmp_path / "forged"
    shutil.copytree(STACKS, tmp_path / "stacks")
    file = tmp_path / "stacks" / "Pulumi.ranking-dev.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("keep_images: 20", "keep_images: 21"), encoding="utf-8"
    )
    assert write_evidence(tmp_path / "stacks", out) == 0
    forged = Rewriter(out)
    assert forged.problems() == ""
    assert "this is another bundle" in forged.problems(head=head)
    assert "it is not signed" in forged.problems(key=signer.key)
    shutil.copy(rewriter.folder / SIGNATURE, out)
    assert "is the signature of another bundle" in forged.problems(key=signer.key)


def test_a_day_that_is_still_to_come_is_refused(rewriter):
    rewriter.put("config.json", {**rewriter.data("config.json"), "as_of": "2027-01-01"})
    rewriter.reseal()
    assert "it is of 2027-01-01, a day that is still to come" in rewriter.problems()


def test_a_bundle_signed_by_another_key_is_refused(rewriter, signer, tmp_path):
    signer.sign(rewriter.folder)
    assert rewriter.problems(key=signer.key) == ""
    (tmp_path / "other").mkdir()
    other = type(signer)(tmp_path / "other")
    other.sign(rewriter.folder)
    assert f"`{SIGNATURE}` is not by the key `{signer.pem}`" in rewriter.problems(key=signer.key)


def test_a_rewritten_bundle_that_keeps_its_signature_is_refused(rewriter, signer):
    signer.sign(rewriter.folder)
    rewriter.put("revision.json", {"commit": None, "changed": [], "author": None})
    rewriter.reseal()
    for asked in ({}, {"key": signer.key}):
        assert f"`{SIGNATURE}` is the signature of another bundle" in rewriter.problems(**asked)


def test_a_bundle_whose_signature_was_taken_off_is_refused(rewriter, signer):
    assert "it is not signed" in rewriter.problems(key=signer.key)


def test_an_older_bundle_in_its_place_has_another_head(written, rewriter, tmp_path):
    older = tmp_path / "older"
    assert run(["evidence", "ranking-dev", "--out", str(older), "--as-of", "2026-11-20"]) == 0
    replayed = Rewriter(older)
    assert f"{rewriter.head[:12]}… was asked for: this is another bundle" in replayed.problems(
        head=rewriter.head
    )
    replayed.put(MANIFEST, {**replayed.data(MANIFEST), "head": rewriter.head})
    assert "the chain does not end in the manifest's `head`" in replayed.problems(head=rewriter.head)


def test_the_timestamp_of_another_bundle_is_refused(rewriter, authority):
    authority.date(rewriter.folder, MANIFEST)
    assert rewriter.problems(authority=authority.root) == ""
    rewriter.put("revision.json", {"commit": None, "changed": [], "author": None})
    rewriter.reseal()
    for asked in ({}, {"authority": authority.root}):
        assert "it is of other bytes than `evidence.json` here" in rewriter.problems(**asked)


def test_a_bundle_of_an_earlier_schema_is_not_believed(rewriter, capsys):
    rewriter.put(MANIFEST, {**rewriter.data(MANIFEST), "schema_version": "1"})
    assert run(["evidence", "verify", str(rewriter.folder)]) == 1
    assert "the bundle is of schema 1, and this Paved reads 2" in capsys.readouterr().err


def test_evidence_that_calls_itself_an_export_is_told(rewriter):
    rewriter.put(MANIFEST, {**rewriter.data(MANIFEST), "kind": "export"})
    assert "`plan.json` is no file of a bundle of export" in rewriter.problems()


def test_the_refusal_reads_as_one(rewriter, capsys):
    shutil.rmtree(rewriter.folder / "stacks")
    assert run(["evidence", "verify", str(rewriter.folder), "--as-of", DAY]) == 1
    said = capsys.readouterr().err
    assert "`stacks/Pulumi.ranking-dev.yaml` is missing" in said
    assert "hint: do not rely on this bundle" in said
