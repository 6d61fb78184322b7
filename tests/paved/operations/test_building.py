"""What is planted in the exports of a month is found again in its report, and nothing else."""

from dataclasses import replace

from paved.operations.building import operations_report
from paved.operations.sources import read_sources
from tests.paved.operations.world import (
    DETECTOR,
    PRICES,
    at,
    update,
)


def test_an_empty_folder_has_no_data_and_no_zero(report):
    for scope in ("*", "vision"):
        told = report(scope).summary.model_dump(exclude={"days"})
        assert set(told.values()) == {None}


def test_toil_is_what_people_did(report, folder):
    by_hand = {"ci.system": None}
    history = [
        update(1, at(2)),
        update(2, at(3), environment=by_hand),
        update(3, at(4), kind="import", environment=by_hand),
        update(4, at(5), environment={"git.dirty": "true"}),
        update(
            5,
            at(6),
            environment={**by_hand, "exec.agent": "pulumi-kubernetes-operator", "exec.kind": "auto.local"},
        ),
        update(6, at(7), kind="preview", environment=by_hand),
    ]
    folder.write("history-vision-prod.json", history)
    folder.write(
        "toil.csv", "date,team,minutes,what\n2026-11-04,vision,90,drained nodes\n2026-10-04,vision,9,other\n"
    )
    summary = report("vision").summary
    assert (summary.interventions, summary.toil_minutes) == (3, 90)
    assert report("risk").summary.toil_minutes == 0
    assert report("risk").summary.interventions is None


def test_models_on_the_road_are_those_of_the_inventory(report, folder):
    folder.write(
        "models.csv", f"model,team,endpoint\ndetector,vision,{DETECTOR}\nchurn,growth,\nprice,growth,\n"
    )
    summary = report().summary
    # The file does not name the endpoint of the risk team, which the stack files do.
    assert (summary.models_on_road, summary.models) == (2, 4)
    assert report("vision").summary.road_share == 1


def test_releases_are_promotions_of_what_was_proposed(report, folder):
    keys = {
        "lineage/candidates/detector/2026-11-03.json": at(3),
        "candidates/detector/2026-11-03/model.onnx": at(3),
        "detector/2026-11-03/model.onnx": at(4),
        "detector/2026-11-03/config.pbtxt": at(4, 1),
        "lineage/candidates/detector/2026-11-09.json": at(9),
        "detector/2025-01-01/model.onnx": at(10),
    }
    contents = [{"Key": key, "LastModified": moment.isoformat()} for key, moment in keys.items()]
    folder.write("models-vision-prod.json", {"Contents": contents})
    scope = report("vision")
    assert scope.summary.releases == 1
    assert [(each.name, each.moment, each.is_promoted) for each in scope.figures.releases] == [
        ("detector/2026-11-03", at(3), False),
        ("detector/2026-11-03", at(4, 1), True),
        ("detector/2026-11-09", at(9), False),
    ]


def test_a_team_may_be_called_as_the_platform_is(organisation, folder):
    stacks = dict(organisation.stacks)
    stacks["vision-prod"] = replace(stacks["vision-prod"], team="platform")
    folder.write("history-vision-prod.json", [update(1, at(9))])
    folder.write("history-foundation-prod.json", [update(1, at(9))])
    of_such = replace(organisation, stacks=stacks)
    made = operations_report(read_sources(folder.path, of_such, folder.period), None, PRICES)
    assert made.platform.summary.deployments == 2
    assert {scope.scope: scope.summary.deployments for scope in made.teams}["platform"] == 1
