"""What ends is found in every file that names a day, and stands in the calendar of whoever subscribes."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from paved.ends.as_ics import as_ics
from paved.ends.ends import ends
from paved.ends.view import ends_data, ends_view
from policies.settings import Exemption
from stacks.checks.folder import Folder
from stacks.schema.alerting import MaintenanceWindow
from tests.conftest import STACKS
from tests.stacks.conftest import edited, folder, valid

__all__ = ["edited", "folder", "valid"]

AS_OF = date(2026, 11, 30)
POOL = """
  paved:pools:
    - name: shared-h100
      instance_types: [p5.48xlarge]
      zone: use1-az4
      capacity: [reserved]
      nodes: 2
      reservations:
        - id: cr-0a1b2c3d4e5f60718
          kind: capacity-block
          instances: 2
          starts: "2026-12-01T11:30Z"
          ends: "2026-12-15T11:30Z"
      grants:
        - stack: vision-prod
          gpus: 8
          starts: "2026-12-02"
          until: "2026-12-10"
"""


@pytest.fixture
def stacks():
    return Folder.read(STACKS).organisation.stacks


def found(stacks, what):
    return [end for end in ends(stacks, ()) if what in end.what]


def test_support_of_a_version_ends_with_its_release(stacks):
    standard = {end.stack: end.at for end in found(stacks, "standard support of Kubernetes 1.35")}
    assert standard["foundation-prod"] == datetime(2027, 3, 28, tzinfo=UTC)
    [extended] = found(stacks, "extended support")
    assert (extended.stack, extended.at) == ("foundation-risk", datetime(2028, 3, 28, tzinfo=UTC))


def test_blocks_and_grants_end_at_their_moment(folder):
    path = folder / "Pulumi.platform-prod.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + POOL, encoding="utf-8")
    stacks = Folder.read(folder).organisation.stacks
    [block] = found(stacks, "Capacity Block cr-0a1b2c3d4e5f60718 of `shared-h100`")
    assert block.at == datetime(2026, 12, 15, 11, 30, tzinfo=UTC)
    assert "30 minutes before" in block.then
    wait, grant = found(stacks, "grant of 8 GPUs")
    assert (grant.stack, grant.at) == ("vision-prod", datetime(2026, 12, 11, tzinfo=UTC))
    assert (wait.stack, wait.at) == ("vision-prod", datetime(2026, 12, 2, tzinfo=UTC))
    assert wait.what.startswith("wait for the grant")


def exception(last):
    return Exemption(
        rule="CO-03",
        stack="vision-prod",
        resource="paved-vision-prod",
        owner="finops",
        reason="The autumn run was approved before.",
        ticket="FIN-12",
        expires=last,
    )


def test_an_exception_holds_on_its_last_day(stacks):
    [end] = [each for each in ends(stacks, [exception(AS_OF)]) if "exception" in each.what]
    assert (end.at, end.days(AS_OF)) == (datetime(2026, 12, 1, tzinfo=UTC), 1)
    assert "2026-11-30" in ends_view([end], AS_OF)


def test_what_ends_first_stands_first(stacks):
    moments = [end.at for end in ends(stacks, [exception(date(2029, 1, 1)), exception(date(2026, 12, 1))])]
    assert moments == sorted(moments)


def test_the_calendar_is_read_by_another_reader(stacks):
    known = ends(stacks, [exception(date(2026, 12, 24))])
    calendar = Calendar.from_ical(as_ics(known, AS_OF))
    events = calendar.walk("VEVENT")
    assert len(events) == len(known)
    assert len({str(event["UID"]) for event in events}) == len(known)
    [one] = [event for event in events if "FIN-12" in event["SUMMARY"]]
    assert one.decoded("DTSTART") == date(2026, 12, 24)
    assert len(one.walk("VALARM")) == 3


def test_the_calendar_is_the_same_bytes_for_the_same_ends(stacks):
    known = ends(stacks, ())
    assert as_ics(known, AS_OF) == as_ics(list(known), AS_OF)


def test_a_hostile_name_adds_no_event(stacks):
    [end] = [each for each in ends(stacks, [exception(AS_OF)]) if "exception" in each.what]
    hostile = type(end)(at=end.at, stack="x", what="a\r\nEND:VEVENT\r\nBEGIN:VEVENT", then="b\nSUMMARY:c")
    [event] = Calendar.from_ical(as_ics([hostile], AS_OF)).walk("VEVENT")
    assert "BEGIN:VEVENT" in event["SUMMARY"]


def test_data_counts_the_days(stacks):
    data = ends_data(ends(stacks, ()), AS_OF)
    assert data["schema_version"] == "1"
    assert {each["days"] for each in data["ends"] if "standard support" in each["what"]} == {118}
    assert ends_view((), AS_OF) == "nothing of these stacks ends on a day that is known"


def test_silence_for_planned_work_ends_at_its_moment(stacks):
    work = MaintenanceWindow(
        start="2026-12-15T08:00Z", end="2026-12-15T12:00Z", reason="new drivers", owner="ines"
    )
    team = stacks["vision-prod"]
    monitoring = team.monitoring.model_copy(update={"maintenance": (work,)})
    planned = {**stacks, "vision-prod": team.model_copy(update={"monitoring": monitoring})}
    [end] = found(planned, "silence for planned work")
    assert (end.stack, end.at) == ("vision-prod", datetime(2026, 12, 15, 12, tzinfo=UTC))
