"""Rights as a person reads them on a terminal."""

import pytest

from paved.access.rights import Holder, Right
from paved.access.view import access_view

RIGHT = Right(actions=("AmazonEKSClusterAdminPolicy", "get"), resources=("jobs.batch", "a" * 90))


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_rights_stand_below_their_holder_however_narrow_the_terminal(columns, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(columns))
    holder = Holder(stack="vision-prod", kind="people", name="engineers", rights=(RIGHT,))
    _, _, _, first, *lines = access_view("vision-prod", [holder]).splitlines()
    assert first.startswith("  engineers")
    assert lines and all(line.startswith("    ") and len(line) <= columns for line in lines)
    assert lines[0].startswith("    Amazon")
