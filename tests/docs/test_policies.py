"""docs/reference/policies.md says what the rules are."""

from pathlib import Path

from paved.policy.pages import reference

ROOT = Path(__file__).parents[2]


def test_the_reference_of_policies_is_current():
    written = (ROOT / "docs" / "reference" / "policies.md").read_text(encoding="utf-8")
    assert written.rstrip("\n") == reference().rstrip("\n"), (
        "write it anew with `paved policy list --markdown > docs/reference/policies.md`"
    )
