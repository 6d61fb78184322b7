"""A stack is taken out of a folder whole, with its entries in files of others, or not at all."""

from pathlib import Path

import pytest

from paved.errors import BadInput
from paved.offboard.removal import removal, retiring, without_access, write_removal
from stacks.checks.folder import Folder
from tests.conftest import AS_OF, STACKS

OWNED = ("owner: vision-prod", "owner: search-prod\n        readers: [vision-prod]")
POOL = """
  paved:pools:
    # For the spring.
    - name: spring
      instance_types: [g6e.48xlarge]
      zone: use1-az4
      capacity: [on-demand]
      nodes: 2
      grants:
        # Vision fine-tunes on it.
        - stack: vision-prod
          gpus: 8
        - stack: search-prod
          gpus: 8
"""
EXCEPTIONS = """exceptions:
  - rule: CO-03
    stack: vision-prod
    resource: paved-vision-prod
    owner: finops
    reason: The autumn run was approved before.
    ticket: FIN-12
    expires: 2026-12-24
"""


@pytest.fixture
def two_teams(stack_folder):
    """Vision, and search beside it: a copy of vision without what may stand once in an organisation."""

    def made(lend=0, borrow=0):
        folder = stack_folder(foundation_prod=OWNED)
        platform = folder / "Pulumi.platform-prod.yaml"
        platform.write_text(platform.read_text(encoding="utf-8").rstrip() + "\n" + POOL, encoding="utf-8")
        vision = (folder / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
        vision = vision.replace("access: write", "access: read")
        search = SEARCH.format(gpus=8, borrow=borrow)
        granted = f"    granted:\n      - pool: spring\n        gpus: 8\n        lend_gpus: {lend}\n\n  paved:data:\n"
        (folder / "Pulumi.vision-prod.yaml").write_text(
            vision.replace("\n  paved:data:\n", granted), encoding="utf-8"
        )
        (folder / "Pulumi.search-prod.yaml").write_text(search, encoding="utf-8")
        foundation = folder / "Pulumi.foundation-prod.yaml"
        text = foundation.read_text(encoding="utf-8")
        entry = '      - team: search\n        cost_center: CC-2222\n        reviewers: ["@example/search"]\n'
        foundation.write_text(text.replace("    teams:\n", f"    teams:\n{entry}"), encoding="utf-8")
        return folder

    return made


SEARCH = """
config:
  paved:kind: team
  paved:environment: prod
  paved:security: hardened
  paved:platform: platform-prod
  paved:owner:
    team: search
    email: ml-search@example.com
    chat: "#ml-search"
    escalation: search-primary
    cost_center: CC-2222
  paved:account:
    id: "111122223333"
    region: us-east-1
  paved:data_class: confidential
  paved:residency: us
  paved:registry: {{}}
  paved:training:
    granted:
      - pool: spring
        gpus: {gpus}
        borrow_gpus: {borrow}
  paved:data:
    datasets:
      - name: product-images
        access: write
  paved:budget:
    monthly_usd: 9000
    approved_ceiling_usd: 9000
    notify: [ml-search@example.com]
"""


def test_every_entry_of_a_stack_goes_and_every_other_line_stays(two_teams, read):
    folder = two_teams()
    policy = folder / "policy.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("exceptions: []\n", EXCEPTIONS), encoding="utf-8"
    )
    before = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert read(folder).problems == ()
    found = removal(folder, read(folder), "vision-prod")
    assert found.blockers == ()
    assert sorted(each.what for each in found.entries) == [
        "`vision` in the register",
        "its exception from CO-03, FIN-12",
        "its grant of 8 GPUs of `spring`",
        "its reading of the dataset `product-images`",
    ]
    write_removal(folder, found)
    after = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert before.keys() - after.keys() == {"Pulumi.vision-prod.yaml"}
    assert Folder.read(folder, AS_OF).problems == ()
    gone = set("".join(before[name] for name in after).split("\n")) - set("".join(after.values()).split("\n"))
    # Not one line of another's: but for the list that lost its only name.
    assert {line for line in gone if "vision" not in line.casefold()} == {
        "        freeze_percent: 110",
        "        cost_center: CC-2040",
        "        security: hardened",
        *EXCEPTIONS.rstrip()
        .replace("    stack: vision-prod\n    resource: paved-vision-prod\n", "")
        .split("\n"),
    }
    assert "For the spring." in after["Pulumi.platform-prod.yaml"]
    assert "readers: []" in after["Pulumi.foundation-prod.yaml"]


@pytest.mark.parametrize(
    ("stack", "dataset"), [("vision-prod", "product-images"), ("ranking-dev", "click-logs")]
)
def test_the_owner_of_a_shared_dataset_does_not_leave(stack, dataset, read):
    [blocker] = removal(STACKS, read(STACKS), stack).blockers
    assert blocker.startswith(f"it owns the shared dataset `{dataset}` of `foundation-")
    assert "paved set foundation-" in blocker


def test_who_lends_what_others_borrow_does_not_leave(two_teams, read):
    folder = two_teams(lend=4, borrow=4)
    assert read(folder).problems == ()
    [blocker] = removal(folder, read(folder), "vision-prod").blockers
    assert blocker.startswith("`search-prod` borrows up to 4 GPUs of `spring`, of which this one lends 4")


def test_readers_are_named(two_teams, read):
    [blocker] = removal(folder := two_teams(), read(folder), "search-prod").blockers
    assert "`product-images` of `foundation-prod`, which vision-prod read" in blocker


def test_the_register_of_another_account_keeps_the_team(stack_folder, read):
    entry = (
        '    teams:\n      - team: risk\n        cost_center: CC-3300\n        reviewers: ["@example/risk"]\n'
    )
    folder = stack_folder(foundation_dev=("    teams:\n", entry))
    assert read(folder).problems == ()
    found = removal(folder, read(folder), "risk-prod")
    assert [(each.file, each.what) for each in found.entries] == [
        ("Pulumi.foundation-risk.yaml", "`risk` in the register")
    ]


def test_a_file_that_changed_meanwhile_leaves_all_as_it_was(stack_folder, read):
    folder = stack_folder()
    found = removal(folder, read(folder), "risk-prod")
    foundation = folder / "Pulumi.foundation-risk.yaml"
    foundation.write_text(foundation.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
    with pytest.raises(BadInput, match="was changed meanwhile"):
        write_removal(folder, found)
    assert (folder / "Pulumi.risk-prod.yaml").exists()


def test_a_write_that_fails_takes_the_others_back(stack_folder, read, monkeypatch):
    folder = stack_folder()
    found = removal(folder, read(folder), "risk-prod")
    before = (folder / "Pulumi.foundation-risk.yaml").read_bytes()

    unlink = Path.unlink

    def refuse(self, missing_ok=False):
        if self.name == "Pulumi.risk-prod.yaml":
            raise PermissionError(13, "Permission denied")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(BadInput, match="nothing is removed"):
        write_removal(folder, found)
    assert (folder / "Pulumi.foundation-risk.yaml").read_bytes() == before
    assert (folder / "Pulumi.risk-prod.yaml").exists()


def test_access_goes_and_nothing_else():
    text = (STACKS / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
    start, end = text.index("  paved:access:"), text.index("  paved:registry:")
    assert without_access(text) == text[:start] + text[end:]
    assert without_access(without_access(text)) == without_access(text)


def test_retiring_is_one_line():
    text = (STACKS / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
    assert retiring(text) == text + "\n  paved:lifecycle: retiring\n"
    assert retiring(retiring(text)) == retiring(text)


def test_what_was_made_by_hand_for_notebooks_is_told(stack_folder, read):
    folder = stack_folder()
    found = removal(folder, read(folder), "ranking-dev").warnings
    assert any("`ranking-dev/sign-in`" in each and "made by hand" in each for each in found)
    assert not any("sign-in" in each for each in removal(folder, read(folder), "risk-prod").warnings)
