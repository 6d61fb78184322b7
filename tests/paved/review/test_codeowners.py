"""CODEOWNERS follows the registers."""

from pathlib import Path

from paved.review.codeowners import codeowners
from stacks.checks.folder import Folder
from tests.conftest import STACKS

ROOT = Path(__file__).parents[3]


def test_a_team_reviews_its_own_file_and_nobody_elses():
    lines = dict(line.split() for line in codeowners(Folder.read(STACKS).organisation, "stacks"))
    assert lines["/stacks/Pulumi.vision-prod.yaml"] == "@example/vision"
    assert [path for path, owner in lines.items() if owner == "@example/vision"] == [
        "/stacks/Pulumi.vision-prod.yaml"
    ]
    assert lines["/stacks/policy.yaml"] == "@example/security"


def test_this_repository_asks_whom_its_registers_name():
    """`paved codeowners` prints the end of the file; write it anew after a change of a register."""
    made = codeowners(Folder.read(STACKS).organisation, "examples/organisation/stacks")
    written = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert [line for line in written if line.startswith("/examples/")] == made


def test_without_a_register_there_are_no_lines(valid):
    assert codeowners(valid.organisation(), "stacks") == []


def test_a_team_that_is_not_registered_does_not_approve_itself(valid):
    register = {
        "mail_domains": ["example.com"],
        "reviewers": {role: [f"@example/{role}"] for role in ("platform", "finance", "security")},
        "teams": [],
    }
    foundation = valid.foundation({"organisation": register})
    lines = codeowners(valid.organisation(foundation_prod=foundation), "stacks")
    assert "/stacks/Pulumi.vision-prod.yaml      @example/platform" in lines
