"""A change needs those whom the register before it names."""

import subprocess

import pytest

from paved.errors import BadInput
from paved.review.needed import reviews_needed
from stacks.checks.folder import Folder

REGISTER = """
  paved:organisation:
    mail_domains: [example.com]
    reviewers:
      platform: ["@example/p"]
      finance: ["@example/f"]
      security: ["@example/s"]
    teams:
      - team: vision
        cost_center: CC-2040
        reviewers: ["@example/v"]
"""


@pytest.fixture
def repository(folder, edited):
    """The three stack files, with a register, as one commit of a repository."""
    path = folder / "Pulumi.foundation-prod.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + REGISTER, encoding="utf-8")
    (folder / "policy.yaml").write_text("schema_version: 1\n", encoding="utf-8")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "m")):
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)
    return folder


def asked(folder):
    found = {}
    for each in reviews_needed(folder, Folder.read(folder).organisation, "HEAD").needed:
        found.setdefault((each.change.stack, each.change.field), {})[each.role] = each.reviewers
    return found


def test_what_is_as_it_was_needs_nobody(repository):
    assert reviews_needed(repository, Folder.read(repository).organisation, "HEAD").needed == ()


@pytest.mark.parametrize(
    ("old", "new", "field", "roles"),
    [
        ("cost_center: CC-2040", "cost_center: CC-1001", "owner.cost_center", {"team", "finance"}),
        ("data_class: confidential", "data_class: public", "data_class", {"team", "security"}),
        (
            "  paved:owner:",
            "  paved:access: {promoters: [somebody]}\n  paved:owner:",
            "access",
            {"team", "security"},
        ),
        ("max: 8", "max: 7", "serving.endpoints[defect-detector].replicas.max", {"team", "platform"}),
        ("escalation: vision", "escalation: vision-two", "owner.escalation", {"team"}),
        ("max_gpus: 44", "max_gpus: 48", "training.pools[l40s].max_gpus", {"team", "platform"}),
    ],
)
def test_a_change_of_a_team_asks_whom_it_concerns(repository, edited, old, new, field, roles):
    edited("vision-prod", old, new)
    found = asked(repository)["vision-prod", field]
    assert set(found) == roles
    assert found["team"] == ("@example/v",)


def test_what_a_role_may_do_in_a_cluster_is_asked_of_security(repository, edited):
    edited("foundation-prod", "policy: admin", "policy: view")
    [field] = [field for stack, field in asked(repository) if stack == "foundation-prod"]
    assert field.startswith("cluster.access[")
    assert "security" in asked(repository)["foundation-prod", field]


def test_only_a_lower_level_asks_security(repository, edited):
    path = edited(
        "vision-prod", "paved:environment: prod", "paved:environment: prod\n  paved:security: hardened"
    )
    assert set(asked(repository)["vision-prod", "security"]) == {"team"}
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qam", "m"], check=True)
    path.write_text(path.read_text().replace("security: hardened", "security: standard"))
    assert set(asked(repository)["vision-prod", "security"]) == {"team", "security"}


def test_who_changes_the_register_does_not_choose_the_reviewers(repository, edited):
    edited("foundation-prod", "@example/s", "@example/me")
    edited("foundation-prod", "@example/v", "@example/me")
    edited("vision-prod", "cost_center: CC-2040", "cost_center: CC-1001")
    found = asked(repository)
    assert found["foundation-prod", "organisation.reviewers.security"]["security"] == ("@example/s",)
    assert found["vision-prod", "owner.cost_center"]["team"] == ("@example/v",)


def test_a_change_of_the_policy_settings_asks_security(repository):
    (repository / "policy.yaml").write_text("schema_version: 1\nexceptions: []\n", encoding="utf-8")
    assert asked(repository) == {("policy.yaml", ""): {"security": ("@example/s",)}}


def test_a_stack_that_is_gone_asks_all(repository):
    (repository / "Pulumi.vision-prod.yaml").unlink()
    assert set(asked(repository)["vision-prod", ""]) == {"team", "finance", "platform", "security"}


def test_a_file_that_cannot_be_read_counts_as_gone(repository, edited):
    edited("vision-prod", "paved:kind: team", "paved:kind: teem")
    assert set(asked(repository)) == {("vision-prod", "")}


def test_a_team_that_was_not_registered_has_no_reviewers_of_its_own(repository, edited):
    text = (repository / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
    new = text.replace("team: vision", "team: newcomers")
    (repository / "Pulumi.newcomers-prod.yaml").write_text(new, encoding="utf-8")
    found = asked(repository)["newcomers-prod", ""]
    assert found["team"] == ()
    assert found["finance"] == ("@example/f",)


def test_a_revision_that_is_none_is_told(repository):
    with pytest.raises(BadInput, match="git has no such stack files"):
        reviews_needed(repository, Folder.read(repository).organisation, "nowhere")
