"""`stacks/audit.yaml` says who answers for what no plan has, and for nothing else."""

from datetime import date, timedelta

import pytest

from paved.audit.known import FILE, Known, apart, read_known
from paved.aws.reading.facts import Difference
from paved.errors import BadInput

ROLE = "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole"
GOOD = f"""
schema_version: 1
known:
  - what: {ROLE}
    owner: platform
    reason: AWS Organizations made it with the account
    expires: 2027-05-31
"""
DAY = date(2026, 11, 30)


def difference(kind, address=ROLE, found=None):
    return Difference(kind=kind, severity="medium", concern="identity", address=address, found=found)


def known(what):
    return Known(what=what, owner="platform", reason="made with the account by Organizations", expires=DAY)


def test_a_folder_without_the_file_knows_nothing(tmp_path):
    assert read_known(tmp_path, DAY) == ()


def test_the_file_is_read(tmp_path):
    (tmp_path / FILE).write_text(GOOD, encoding="utf-8")
    assert [each.what for each in read_known(tmp_path, DAY)] == [ROLE]


def test_what_has_ended_is_told_again(tmp_path):
    (tmp_path / FILE).write_text(GOOD, encoding="utf-8")
    last = date(2027, 5, 31)
    assert read_known(tmp_path, last)
    assert not read_known(tmp_path, last + timedelta(days=1))


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("owner: platform", "owner: ''"),
        GOOD.replace("AWS Organizations made it with the account", "short"),
        GOOD.replace(ROLE, "'*'"),
        GOOD.replace(ROLE, "'arn:*:iam::1:role/x'"),
        GOOD + "more: 1\n",
        GOOD.replace("    expires: 2027-05-31\n", ""),
        GOOD + GOOD,
        "known: [",
    ],
)
def test_a_mistake_in_the_file_is_bad_input(text, tmp_path):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=FILE):
        read_known(tmp_path, DAY)


@pytest.mark.parametrize("what", [ROLE, f"{ROLE[:40]}*"])
def test_what_is_beside_or_extra_may_be_known(what):
    assert apart([difference("beside"), difference("extra", "x", ROLE)], [known(what)]) == (2, [])


def test_what_is_missing_or_changed_is_never_known():
    told = [difference("missing"), difference("changed", found=ROLE), difference("beside", f"{ROLE}2")]
    assert apart(told, [known(ROLE)]) == (0, told)
