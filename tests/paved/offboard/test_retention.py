"""What is said to stay stays, what is said to go goes, and both for as long as the files say."""

import pytest

from paved.aws.sagemaker import TRACKING_SERVER
from paved.offboard.removal import retiring
from paved.offboard.retention import retention
from paved.plan.planner import Planner
from policies.rules.data import STATEFUL
from reference.vocabulary import ECR_REPOSITORY, KMS_KEY, S3_BUCKET


def rows(planner, name):
    foundation = planner.folder.organisation.bases(name)[0]
    return retention(
        name,
        planner.config(name).stack,
        planner.plan(name),
        planner.config(foundation).stack,
        planner.plan(foundation),
    )


@pytest.fixture
def leaving(stack_folder):
    """A planner of the samples with one stack retiring."""

    def made(name):
        folder = stack_folder()
        path = folder / f"Pulumi.{name}.yaml"
        path.write_text(retiring(path.read_text(encoding="utf-8")), encoding="utf-8")
        return Planner.of_folder(folder)

    return made


def word(resource):
    """The word by which a row tells of a resource."""
    return str(resource.inputs.get("bucket") or resource.inputs.get("name") or resource.name)


@pytest.mark.parametrize("name", ["vision-prod", "risk-prod", "ranking-dev"])
def test_what_stays_is_what_the_engine_is_told_to_leave(name, leaving):
    planner = leaving(name)
    plan, own = planner.plan(name), [row for row in rows(planner, name) if row.owner == name]
    kinds = (S3_BUCKET, ECR_REPOSITORY, KMS_KEY)
    left = [each for each in plan.resources if each.retain_on_delete and each.type in kinds]
    assert sorted(row.what.split()[1] for row in own if row.stays) == sorted(word(each) for each in left)
    assert all(each.retain_on_delete for each in plan.resources if each.type in kinds)
    assert not any(each.protect for each in plan.resources)


def test_kept_logs_of_pods_go_with_the_stack(planner):
    [log] = [row for row in rows(planner, "vision-prod") if row.what == "log /paved/pods/vision-prod"]
    assert not log.stays


def test_an_inference_log_ends_by_its_own_lifecycle(planner):
    [log] = [row for row in rows(planner, "ranking-dev") if "-inference-" in row.what]
    assert log.kept.startswith(
        "each object for 30 days from when it was written; each object can be restored for 7 "
    )
    assert log.why == "what was asked of `internal` models names people, and is kept no longer than that"


@pytest.mark.parametrize("name", ["vision-prod", "risk-prod", "ranking-dev"])
def test_everything_that_holds_state_has_its_row(name, planner):
    said = [row.what for row in rows(planner, name)]
    stateful = [
        each
        for each in planner.plan(name).resources
        if each.type in (*STATEFUL, TRACKING_SERVER, ECR_REPOSITORY)
    ]
    assert stateful
    for each in stateful:
        assert any(what.endswith(word(each)) for what in said), each.name


def test_a_part_of_a_bucket_stays_with_it(leaving):
    plan = leaving("vision-prod").plan("vision-prod")
    buckets = {each.inputs["bucket"] for each in plan.of(S3_BUCKET)}
    parts = [
        each for each in plan.resources if each.type.startswith("aws:s3/") and "Notification" not in each.type
    ]
    assert len(parts) > len(buckets) * 5
    assert all(each.retain_on_delete for each in parts)


def test_an_active_stack_leaves_nothing_behind(planner):
    for name in planner.names:
        left = [each for each in planner.plan(name).resources if each.retain_on_delete]
        assert all(each.type.startswith("kubernetes:") for each in left)


def by_what(planner, name):
    return {row.what: row for row in rows(planner, name)}


def test_the_days_are_those_of_the_files(planner):
    risk, vision = by_what(planner, "risk-prod"), by_what(planner, "vision-prod")
    models = "bucket paved-risk-prod-models-777788889999"
    assert "restored for 2557 days" in risk[models].kept
    assert "`regulated`" in risk[models].why
    assert "`scratch/` for 30 days" in vision["bucket paved-vision-prod-models-111122223333"].kept
    assert risk["key risk-prod"].kept.endswith("30 days more")
    assert by_what(planner, "ranking-dev")["key ranking-dev"].kept.endswith("14 days more")


def test_homes_of_people_go_with_the_stack(planner):
    people = planner.config("ranking-dev").stack.notebooks.people
    homes = by_what(planner, "ranking-dev")[f"{len(people)} homes of notebooks"]
    assert not homes.stays and "no backup holds one" in homes.why
    assert not any("homes" in what for what in by_what(planner, "risk-prod"))


def test_backups_are_of_the_classes_that_are_backed_up(planner):
    assert by_what(planner, "risk-prod")["backups of the buckets"].kept == "92 days from each backup"
    assert "backups of the buckets" not in by_what(planner, "vision-prod")


def test_records_of_the_account_are_locked_as_its_bucket_is(planner):
    trail = by_what(planner, "risk-prod")["bucket paved-foundation-risk-trail-777788889999"]
    assert trail.kept == "731 days from each record; nobody deletes a version for 731 days (compliance lock)"
    assert trail.owner == "foundation-risk"
