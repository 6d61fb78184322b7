"""A step is done where its evidence says so, open where any says not, and untold where nobody was asked."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from paved.offboard.bundles import BILL_DATA, CONTENTS, RETENTION, Bundle
from paved.offboard.departure import choose, read_departure
from paved.offboard.holdings import BucketContents, Holdings
from paved.offboard.leftovers import Leftovers
from paved.offboard.procedure import procedure
from tests.conftest import STACKS
from tests.paved.offboard.conftest import STACK

ENTRY = "arn:aws:eks:eu-central-1:777788889999:access-entry/c/role/777788889999/vision/1"
BUCKET = BucketContents(
    name="models",
    objects=1,
    bytes=1,
    old_versions=0,
    old_bytes=0,
    versioning="Enabled",
    lock=None,
    sha256="aa",
    listing="",
)
NOTHING = Holdings(buckets=(), images=(), models=(), backups=0, unread=(), not_simulated=())
IMAGE = {"repository": "risk-prod/scoring", "digest": "sha256:1", "tags": [], "bytes": 1}
PACKAGE = {"group": "risk-prod-a", "version": 1, "arn": "arn:model", "status": None}
FULL = replace(NOTHING, buckets=(BUCKET,), images=(IMAGE,), models=(PACKAGE,))
EMPTY = Leftovers(standing=(), runtime=(), deleting=(), unread=())
BILL = {"owed_usd": "1.00", "month": "2026-10", "as_of": "2026-11-21", "final": True, "open_because": []}
FOLDER = Path("out")


@pytest.fixture
def departure(planner):
    return read_departure(planner, STACKS, STACK, None, None)


def exported(held, kept, **changes):
    contents = {"as_of": "2026-11-21", **held.as_json(), **changes}
    data = {CONTENTS: contents, RETENTION: [asdict(each) for each in kept]}
    return Bundle(folder=FOLDER, data=data)


@pytest.fixture
def everything(departure):
    """A stack of which nothing is left but its file."""
    return replace(
        departure,
        team=departure.team.model_copy(update={"lifecycle": "retiring"}),
        left=EMPTY,
        held=NOTHING,
        export=exported(FULL, departure.kept),
        bill=Bundle(folder=FOLDER, data={BILL_DATA: BILL}),
    )


def standing(departure):
    return {step.name: step.standing for step in procedure(departure)}


def says(departure, name):
    [step] = [step for step in procedure(departure) if step.name == name]
    return " ".join(each.says for each in step.evidence)


def test_the_last_step_waits_for_nothing_once_all_is_proved(everything):
    assert [name for name, found in standing(everything).items() if found != "done"] == ["remove"]
    assert "waits for" not in says(everything, "remove")


def test_nobody_who_was_not_asked_proves_anything(departure):
    found = standing(departure)
    assert found == {
        "access": "cannot tell",
        "export": "cannot tell",
        "retain": "cannot tell",
        "retire": "open",
        "destroy": "cannot tell",
        "bill": "cannot tell",
        "remove": "open",
    }


@pytest.mark.parametrize(
    ("left", "step", "expected"),
    [
        (replace(EMPTY, standing=(ENTRY,)), "access", "open"),
        (replace(EMPTY, standing=(ENTRY,)), "destroy", "open"),
        (replace(EMPTY, runtime=("arn:aws:ec2:eu-central-1:1:volume/v",)), "destroy", "open"),
        (replace(EMPTY, deleting=("arn:aws:kms:eu-central-1:1:key/k",)), "destroy", "done"),
        (replace(EMPTY, unread=("s3.HeadBucket: AccessDenied",)), "destroy", "cannot tell"),
        (replace(EMPTY, unread=("s3.HeadBucket: AccessDenied",)), "access", "cannot tell"),
        (replace(EMPTY, not_simulated=("eks.DescribeAccessEntry",)), "access", "cannot tell"),
    ],
)
def test_the_account_has_the_last_word(left, step, expected, everything):
    changed = replace(everything, left=left)
    assert standing(changed)[step] == expected
    if expected != "done":
        assert step in says(changed, "remove")


@pytest.mark.parametrize(
    ("held", "expected", "told"),
    [
        (FULL, "done", "nothing that is not written down"),
        (NOTHING, "done", "nothing that is not written down"),
        (replace(FULL, buckets=(replace(BUCKET, sha256="bb"),)), "open", "changed since: models"),
        (replace(FULL, buckets=(replace(BUCKET, name="new"),)), "open", "changed since: new"),
        (
            replace(FULL, images=({**IMAGE, "digest": "sha256:2"},)),
            "open",
            "changed since: risk-prod/scoring",
        ),
        (replace(FULL, models=({**PACKAGE, "arn": "arn:other"},)), "open", "changed since: arn:other"),
        (replace(FULL, unread=("ecr.DescribeImages: x",)), "cannot tell", "no answer to ecr.DescribeImages"),
        (None, "cannot tell", "the account was not asked"),
    ],
)
def test_an_export_is_of_what_is_there(held, expected, told, everything):
    changed = replace(everything, held=held)
    assert standing(changed)["export"] == expected
    assert told in says(changed, "export")


def test_an_export_that_could_not_read_all_is_open(everything):
    export = exported(FULL, everything.kept, unread=["s3.ListObjectVersions: AccessDenied"])
    assert standing(replace(everything, export=export))["export"] == "open"


def test_a_retention_that_the_files_no_longer_say_is_open(everything):
    export = exported(FULL, everything.kept[1:])
    assert standing(replace(everything, export=export))["retain"] == "open"


@pytest.mark.parametrize("problem", ["is not written yet", "`manifest.json` was changed"])
def test_a_bundle_with_a_problem_proves_nothing(problem, everything):
    broken = Bundle(folder=FOLDER, data={}, problem=problem)
    found = standing(replace(everything, export=broken, bill=broken))
    assert [name for name, each in found.items() if each == "open"] == ["export", "retain", "bill", "remove"]


@pytest.mark.parametrize("data", [{}, [], "text", None, {"as_of": "2026-11-21"}])
def test_a_bundle_of_something_else_proves_nothing(data, everything):
    other = Bundle(folder=FOLDER, data={CONTENTS: data, BILL_DATA: data, RETENTION: data})
    found = standing(replace(everything, export=other, bill=other))
    assert [name for name, each in found.items() if each == "open"] == ["export", "retain", "bill", "remove"]


def test_a_bill_that_may_change_is_open(everything):
    bill = {**BILL, "final": False, "open_because": ["The month is not over."]}
    changed = replace(everything, bill=Bundle(folder=FOLDER, data={BILL_DATA: bill}))
    assert standing(changed)["bill"] == "open"
    assert "The month is not over." in says(changed, "bill")


def test_who_depends_on_it_holds_the_last_step(everything):
    blocked = replace(everything, removal=replace(everything.removal, blockers=("it owns the dataset `a`",)))
    assert "it owns the dataset `a`" in says(blocked, "remove")


def test_the_next_step_needs_no_account_to_be_found(departure, everything):
    assert choose(procedure(departure), None).name == "export"
    assert choose(procedure(everything), None).name == "remove"


def test_what_stays_is_handed_to_the_foundation_under_its_own_data_class(everything):
    left = replace(
        EMPTY, standing=("arn:aws:s3:::a", "arn:aws:sns:eu-central-1:1:t", "arn:aws:kms:x:1:key/k")
    )
    [step] = [step for step in procedure(replace(everything, left=left)) if step.name == "destroy"]
    destroy, remove, handed = step.commands
    assert (destroy, remove) == ("pulumi destroy -s risk-prod", "pulumi stack rm risk-prod --preserve-config")
    assert handed.endswith(" --resource-arn-list arn:aws:s3:::a arn:aws:kms:x:1:key/k")
    assert "service=foundation-risk" in handed
    assert "data-class=regulated" in handed


def test_no_more_is_tagged_at_once_than_aws_takes(everything):
    left = replace(EMPTY, standing=tuple(f"arn:aws:s3:::b{number}" for number in range(45)))
    [step] = [step for step in procedure(replace(everything, left=left)) if step.name == "destroy"]
    numbers = [len(command.split("--resource-arn-list ")[1].split()) for command in step.commands[2:]]
    assert numbers == [20, 20, 5]
