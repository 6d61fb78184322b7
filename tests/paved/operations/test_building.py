"""What is planted in the exports of a month is found again in its report, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from paved.errors import BadInput
from paved.operations.building import operations_report
from paved.operations.commits import GitLog
from paved.operations.goodput import GpuUse, PoolKey
from paved.operations.gpu_prices import GpuPrices
from paved.operations.sources import read_sources
from tests.paved.operations.world import (
    DAY,
    DETECTOR,
    Gpus,
    alert,
    at,
    endpoint_alert,
    period,
    rfc3339,
    steady,
    step,
    update,
)

PRICES = GpuPrices(by_pool={PoolKey(stack="vision-prod", pool="h100"): Decimal("6.88")}, basis="test")


@pytest.fixture
def report(folder, organisation):
    """The report of what a test has written, of the platform or one team."""
    folder.path.mkdir()

    def make(scope="*", log=None, prices=PRICES):
        made = operations_report(read_sources(folder.path, organisation, folder.period), log, prices)
        return next(each for each in made.scopes if each.scope == scope)

    return make


def test_an_empty_folder_has_no_data_and_no_zero(report):
    for scope in ("*", "vision"):
        told = report(scope).summary.model_dump(exclude={"days"})
        assert set(told.values()) == {None}


def test_deployments_and_their_failures_are_found_again(report, folder):
    history = [
        update(1, at(1) - timedelta(days=9)),
        update(2, at(3, 9)),
        update(3, at(4, 9), resourceChanges={"same": 42}),
        update(4, at(5, 9), result="failed"),
        update(5, at(6, 9)),
        update(6, at(20, 9), kind="refresh"),
        update(7, at(21, 9), result="in-progress", endTime=None),
    ]
    folder.write("history-vision-prod.json", history[::-1])
    folder.write("history-ranking-dev.json", [update(1, at(7))])
    folder.watchdog()
    # 2 h after the deployment of the 6th, and 3 days after that of the 3rd.
    folder.export("alerts", endpoint_alert("EndpointDown", step(6, 11), step(6, 11, 30)))
    platform = report()
    vision, *_ = platform.figures.production
    assert [each.start.day for each in vision.deployments] == [3, 5, 6]
    assert [(each.update.start.day, each.reason) for each in vision.failed] == [
        (5, "the update failed"),
        (6, "an incident within 24 hours"),
    ]
    assert (platform.summary.deployments, platform.summary.failed_deployments) == (3, 2)
    assert report("ranking").summary.deployments is None  # it has no production
    assert len(report("ranking").figures.stacks[0].deployments) == 1


def test_an_incident_is_laid_to_the_last_deployment_alone(report, folder):
    folder.write("history-vision-prod.json", [update(1, at(2, 8)), update(2, at(2, 9)), update(3, at(2, 14))])
    folder.watchdog()
    folder.export("alerts", endpoint_alert("EndpointDown", step(2, 10), step(2, 11)))
    [vision] = report().figures.production
    assert [each.update.start.hour for each in vision.failed] == [9]


def test_a_roll_back_is_a_failure_of_what_it_took_back(report, folder, repository):
    good = repository.commit(at(1, 8), "stacks/Pulumi.vision-prod.yaml")
    bad = repository.commit(at(2, 8), "stacks/Pulumi.vision-prod.yaml")
    heads = [(at(1, 9), good), (at(2, 9), bad), (at(2, 12), good)]
    history = [update(n, moment, environment={"git.head": head}) for n, (moment, head) in enumerate(heads)]
    folder.write("history-vision-prod.json", history)
    [vision] = report(log=GitLog.of(repository.stacks)).figures.production
    assert [(each.update.start, each.reason) for each in vision.failed] == [(at(2, 9), "rolled back")]
    # What is deployed again brings no commit.
    assert vision.lead.times == (timedelta(minutes=64), timedelta(minutes=64))


def test_the_same_commit_again_is_no_roll_back(report, folder, repository):
    head = repository.commit(at(1, 8), "stacks/Pulumi.vision-prod.yaml")
    history = [update(n, at(n, 9), environment={"git.head": head}) for n in (1, 2)]
    folder.write("history-vision-prod.json", history)
    [vision] = report(log=GitLog.of(repository.stacks)).figures.production
    assert vision.failed == ()


def test_lead_time_is_of_every_commit_that_reached_the_stack(report, folder, repository):
    first = repository.commit(at(1, 8), "stacks/Pulumi.vision-prod.yaml")
    repository.commit(at(2, 8), "components/pool.py")
    repository.commit(at(2, 20), "stacks/Pulumi.ranking-dev.yaml")
    head = repository.commit(at(3, 8), "stacks/Pulumi.vision-prod.yaml")
    folder.write(
        "history-vision-prod.json",
        [
            update(1, at(1, 8, 56), environment={"git.head": first}),
            update(2, at(3, 9, 56), environment={"git.head": head}),
            update(3, at(4, 9, 56), environment={"git.head": "f" * 40}),
        ],
    )
    scope = report(log=GitLog.of(repository.stacks))
    [vision] = scope.figures.production
    assert vision.lead.times == (timedelta(hours=1), timedelta(hours=2), timedelta(hours=26))
    assert vision.lead.unknown == 1
    assert scope.summary.lead_time == 2 * 3600


def test_incidents_of_an_endpoint_are_one_while_any_alert_fires(report, folder):
    folder.watchdog()
    folder.export(
        "alerts",
        endpoint_alert("EndpointDown", step(9, 1), step(9, 2)),
        endpoint_alert("EndpointErrorBudgetBurnsFast", step(9, 1, 30), step(9, 3)),
        alert("KarpenterDown", "page", step(12, 4), step(12, 4, 10), team="ml-platform"),
        alert("TargetDown", "critical", 1, 5, namespace="monitoring"),
        alert("GpuHardwareError", "page", step(30, 23), period().steps, team="ml-platform"),
    )
    figures = report().figures.incidents
    assert [(each.subject, each.tier) for each in figures.begun] == [
        (DETECTOR, "1"),
        ("KarpenterDown", "platform"),
        ("GpuHardwareError", "platform"),
    ]
    detector, karpenter, _ = figures.begun
    assert (detector.start, detector.duration) == (at(9, 0, 55), timedelta(hours=2, minutes=5))
    assert karpenter.duration == timedelta(minutes=15)
    assert (figures.carried_over, figures.going_on) == (1, 1)
    assert report().summary.restore_seconds == (900, 7500)
    assert [each.subject for each in report("vision").figures.incidents.begun] == [DETECTOR]


@pytest.mark.parametrize(("pause", "found"), [(10, 1), (20, 2)])
def test_alerts_that_follow_within_a_quarter_of_an_hour_are_one_incident(report, folder, pause, found):
    folder.watchdog()
    folder.export(
        "alerts",
        endpoint_alert("EndpointDown", step(9, 1), step(9, 2)),
        endpoint_alert("EndpointErrorBudgetBurnsFast", step(9, 2, pause + 5), step(9, 3)),
    )
    assert len(report().figures.incidents.begun) == found


@pytest.mark.parametrize(("pause", "found"), [(10, 1), (20, 2)])
def test_an_alert_that_pauses_shortly_is_one_incident(report, folder, pause, found):
    folder.watchdog()
    labels, values = endpoint_alert("EndpointDown", step(9, 1), step(9, 2))
    _, more = endpoint_alert("EndpointDown", step(9, 2, pause + 5), step(9, 3))
    folder.export("alerts", (labels, values | more))
    assert len(report().figures.incidents.begun) == found


def test_no_alert_is_no_incident_only_where_somebody_looked(report, folder):
    folder.export("alerts")
    assert report("vision").summary.incidents is None
    folder.watchdog()
    assert report("vision").summary.incidents == 0
    assert report("risk").summary.incidents is None  # its platform exported nothing


def test_alertmanager_and_pagerduty_tell_of_incidents_too(report, folder):
    labels = {"alertname": "EndpointDown", "severity": "page", "sloth_service": DETECTOR}
    fired = {
        "labels": labels,
        "startsAt": rfc3339(at(3, 1)),
        "endsAt": rfc3339(at(3, 2)),
        "updatedAt": rfc3339(at(3, 2)),
    }
    firing = {**fired, "startsAt": rfc3339(at(5)), "endsAt": rfc3339(at(6)), "updatedAt": rfc3339(at(5, 23))}
    folder.write("platform-prod/alertmanager.json", [fired, firing])
    assert [each.duration for each in report().figures.incidents.begun] == [timedelta(hours=1), None]
    of_service = {"service": {"summary": DETECTOR}, "escalation_policy": {"summary": "vision-primary"}}
    other = {"service": {"summary": "door"}, "escalation_policy": {"summary": "vision-primary"}}
    incident = {
        "status": "resolved",
        "urgency": "high",
        "title": "down",
        "created_at": "2026-11-03T02:00:00+01:00",
    }
    incident |= {"resolved_at": "2026-11-03T02:30:00Z"}
    folder.write(
        "pagerduty.json", {"incidents": [{**incident, **of_service}, {**incident, **other}], "more": False}
    )
    assert [(each.tier, each.team, each.duration) for each in report().figures.incidents.begun] == [
        ("not stated", "vision", timedelta(minutes=90)),
        ("1", "vision", timedelta(minutes=90)),
    ]


def test_attainment_is_weighted_by_requests(report, folder):
    folder.export("slo_objective", ({"sloth_service": DETECTOR}, steady(0.999, 1, 8640)))
    folder.export("slo_requests", ({"sloth_service": DETECTOR}, {1: 100.0, 2: 900.0}))
    folder.export("slo_failures", ({"sloth_service": DETECTOR}, {1: 0.5, 2: 0.0}))
    [detector] = report("vision").figures.objectives
    assert detector.attained == pytest.approx(0.9995)
    assert detector.budget_left == pytest.approx(0.5)
    assert (detector.is_met, detector.tier) == (True, "1")
    folder.export("slo_requests")
    [detector] = report("vision").figures.objectives
    assert (detector.attained, detector.budget_left, report("vision").summary.endpoints) == (None, None, 0)


@pytest.fixture
def gpus(folder):
    """A day of one node: a run that fails after ten hours, waits, begins again and ends, and then nothing."""
    made = Gpus()
    made.node("n1", 8, 1, DAY)
    made.pod(
        "try-1", "n1", 8, [("Pending", 1, 12), ("Running", 13, 132), ("Failed", 133, DAY)], job="finetune"
    )
    made.pod("try-2", "n1", 8, [("Running", 145, 180), ("Succeeded", 181, DAY)], job="finetune")
    made.measure("try-1", 13, 132, measured=8, busy=8)
    made.measure("try-2", 145, 180, measured=8, busy=6, throttled=2)
    return made


def test_gpu_hours_are_found_by_what_came_of_them(report, folder, gpus):
    gpus.write(folder)
    folder.export("queue_pending", ({"cluster_queue": "vision-prod"}, steady(8, 133, 144)))
    [row] = report().figures.gpus
    assert row.label == "vision"
    assert row.use == GpuUse(
        repeated=120 * 8,
        useful=36 * 4,
        throttled=36 * 2,
        idle=36 * 2,
        waited=12 * 8,
        unallocated=(12 + 108) * 8,
    )
    assert row.use.total == DAY * 8
    assert row.pending_hours == 8
    assert row.cost == Decimal("1320.96") == sum(row.costs.values())
    assert row.useful_hour == Decimal("110.08")
    assert report("vision").figures.gpus[0].label == "vision-prod/h100"


def test_a_checkpoint_bounds_what_was_repeated(report, folder, gpus):
    gpus.write(folder)
    folder.write("checkpoints.csv", "stack,minutes\nvision-prod,30\n")
    assert report().figures.gpus[0].use.repeated == 6 * 8


def test_a_part_that_was_not_exported_is_no_zero(report, folder, gpus):
    gpus.write(folder)
    (folder.path / "platform-prod" / "gpu_measured.json").unlink()
    assert report().figures.gpus is None


def test_without_a_price_there_is_no_money(report, folder, gpus):
    gpus.node("n2", 4, 1, 10, pool="l40s")
    gpus.write(folder)
    [row] = report().figures.gpus
    assert (row.cost, row.useful_hour, report().summary.gpu_cents) == (None, None, None)


def test_evictions_count_what_a_counter_grew(report, folder, gpus):
    gpus.write(folder)
    labels = {"cluster_queue": "vision-prod", "reason": "Preempted"}
    folder.export(
        "queue_evictions",
        (
            {**labels, "instance": "a"},
            {1: 7, 2: 7, 3: 9, 4: 1},
        ),  # two, then a process that began anew with one
        ({**labels, "instance": "b"}, {5: 2}),  # begins within the month
    )
    assert report().figures.evictions == {"Preempted": 5}


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


def test_every_file_that_is_wrong_is_told_at_once(folder, organisation):
    folder.write("history-vision-prod.json", [update(1, at(2), kind="updated")])
    folder.write("history-vision-prd.json", [])
    folder.write("toil.csv", "date,team,minutes,what\n2026-11-04,visoin,90,drained nodes\n")
    folder.write(
        "initiatives.yaml", '- title: GPUs\n  owner: a\n  status: fine\n  due: "2026-12-01"\n  outcome: b\n'
    )
    folder.write("platform-prod/alerts.json", {"status": "error", "error": "query timed out"})
    with pytest.raises(BadInput) as error:
        read_sources(folder.path, organisation, folder.period)
    said = str(error.value)
    for part in (
        "update 1: `kind` must be one of",
        "got `updated`",
        "`history-vision-prd.json` is no file of a folder of exports; did you mean `history-vision-prod.json`?",
        "toil.csv`, line 2: `team` must be one of",
        "line 1: `status` must be planned, on track, at risk, late or done, got `fine`",
        "query timed out",
    ):
        assert part in said


def test_hours_of_a_shared_pool_are_of_whoever_held_them(report, folder):
    made = Gpus()
    made.node("s1", 8, 1, 12, stack="platform-prod", pool="block")
    made.pod("run", "s1", 8, [("Running", 1, 6)], namespace="vision-prod", job="run")
    made.measure("run", 1, 6, measured=8, busy=8)
    # What runs on a team's own nodes is the team's, whatever its namespace.
    made.node("o1", 8, 1, 6)
    made.pod("agent", "o1", 8, [("Running", 1, 6)], namespace="node-agents")
    made.write(folder)
    rows = {row.label: row.use for row in report().figures.gpus}
    assert rows == {
        "shared platform": GpuUse(unallocated=6 * 8),
        "vision": GpuUse(useful=6 * 8, unmeasured=6 * 8),
    }
    assert [row.label for row in report("vision").figures.gpus] == ["platform-prod/block", "vision-prod/h100"]


def test_a_pod_of_a_deployment_repeats_nothing(report, folder):
    made = Gpus()
    made.node("n1", 1, 1, 20, pool="l40s-serving")
    for name, first, last in (("detector-a", 1, 9), ("detector-b", 11, 20)):
        made.pod(name, "n1", 1, [("Running", first, last)])
        made.measure(name, first, last, measured=1, busy=1)
    made.write(folder)
    [row] = report().figures.gpus
    assert row.use == GpuUse(useful=19, unallocated=1)


def test_a_job_of_pods_one_after_the_other_repeats_nothing(report, folder):
    made = Gpus()
    made.node("n1", 8, 1, 20)
    for name, first, last in (("trial-0", 1, 9), ("trial-1", 11, 20)):
        made.pod(name, "n1", 8, [("Running", first, last), ("Succeeded", last + 1, 21)], job="trial")
        made.measure(name, first, last, measured=8, busy=8)
    made.write(folder)
    [row] = report().figures.gpus
    assert row.use == GpuUse(useful=19 * 8, unallocated=8)


def test_a_commit_of_a_history_is_no_option_of_git(report, folder, repository):
    good = repository.commit(at(1, 8), "stacks/Pulumi.vision-prod.yaml")
    heads = ["--output=/tmp/written", "HEAD", good]
    history = [update(n, at(2 + n, 9), environment={"git.head": head}) for n, head in enumerate(heads)]
    folder.write("history-vision-prod.json", history)
    [vision] = report(log=GitLog.of(repository.stacks)).figures.production
    assert (len(vision.deployments), vision.lead.unknown) == (3, 2)
    assert vision.lead.times == (timedelta(days=3, hours=1, minutes=4),)
    assert vision.failed == ()


def test_a_history_that_may_be_cut_is_told(report, folder):
    folder.write("history-vision-prod.json", [update(11, at(9)), update(12, at(10))])
    folder.write("history-platform-prod.json", [update(1, at(1) - timedelta(days=1)), update(2, at(10))])
    begins = {each.stack.name: each.begins_within for each in report().figures.stacks}
    assert begins == {"platform-prod": False, "vision-prod": True}


def test_stack_files_outside_of_git_have_no_lead_time(report, folder, tmp_path):
    folder.write("history-vision-prod.json", [update(1, at(9))])
    assert GitLog.of(tmp_path) is None
    scope = report(log=None)
    assert (scope.summary.deployments, scope.summary.lead_time_seconds) == (1, None)


def test_a_commit_that_was_merged_twice_counts_once_a_stack(report, folder, repository):
    first = repository.commit(at(1, 8), "stacks/Pulumi.vision-prod.yaml")
    head = repository.commit(at(2, 8), "components/pool.py", "stacks/Pulumi.vision-prod.yaml")
    history = [update(n, at(n, 8, 56), environment={"git.head": each}) for n, each in ((1, first), (2, head))]
    folder.write("history-vision-prod.json", [*history, update(3, at(3), environment={"git.head": head})])
    [vision] = report(log=GitLog.of(repository.stacks)).figures.production
    assert vision.lead.times == (timedelta(hours=1), timedelta(hours=1))


def test_a_team_may_be_called_as_the_platform_is(organisation, folder):
    stacks = dict(organisation.stacks)
    stacks["vision-prod"] = replace(stacks["vision-prod"], team="platform")
    folder.write("history-vision-prod.json", [update(1, at(9))])
    folder.write("history-foundation-prod.json", [update(1, at(9))])
    of_such = replace(organisation, stacks=stacks)
    made = operations_report(read_sources(folder.path, of_such, folder.period), None, PRICES)
    assert made.platform.summary.deployments == 2
    assert {scope.scope: scope.summary.deployments for scope in made.teams}["platform"] == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("history-vision-prod.json", {}, "must be a list of updates"),
        ("history-vision-prod.json", [7], "update 1: must be an object"),
        (
            "history-vision-prod.json",
            [update(1, at(2), startTime="yesterday")],
            "`startTime` must be a moment",
        ),
        (
            "history-vision-prod.json",
            [update(1, at(2), endTime="2026-11-02T00:00:00")],
            "`endTime` must be a moment",
        ),
        (
            "history-vision-prod.json",
            [update(1, at(2), resourceChanges={"create": -1})],
            "`resourceChanges.create`",
        ),
        ("pagerduty.json", {"incidents": [], "more": True}, "is one page of several"),
        ("pagerduty.json", {"incidents": [{"status": "open"}]}, "incident 1: must have a `status`"),
        ("pagerduty.json", {"incidents": [{"status": "resolved"}]}, "`service` must be a reference"),
        ("platform-prod/alertmanager.json", {}, "must be a list of alerts"),
        (
            "platform-prod/alertmanager.json",
            [{"labels": {}}],
            "alert 1: must have `labels` with an `alertname`",
        ),
        ("models-vision-prod.json", {"Contents": [], "IsTruncated": True}, "is one page of several"),
        ("models-vision-prod.json", {"Contents": [{"Key": 1}]}, "object 1: must have a `Key`"),
        (
            "models-vision-prod.json",
            {"Contents": [{"Key": "a", "LastModified": 1}]},
            "`LastModified` must be a moment",
        ),
        (
            "models.csv",
            "model,team\n",
            "line 1: the columns must be model, team, endpoint, got `model, team`",
        ),
        ("models.csv", "model,team,endpoint\na,b,c.d\n", "line 2: `endpoint` must be empty, or"),
        ("models.csv", f"model,team,endpoint\na,b,{DETECTOR}\nc,b,{DETECTOR}\n", "serves several models"),
        ("models.csv", "model,team,endpoint\na,b\n", "line 2: has 2 cells, and the file 3 columns"),
        (
            "toil.csv",
            "date,team,minutes,what\n1.11.,vision,1,a\n",
            "`date` must be a day as YYYY-MM-DD, got `1.11.`",
        ),
        (
            "toil.csv",
            "date,team,minutes,what\n2026-11-01,vision,NaN,a\n",
            "`minutes` must be a number from 0",
        ),
        ("checkpoints.csv", "stack,minutes\nplatform-prod,1\n", "`stack` must be a team's stack, once"),
        ("gpu_prices.csv", "stack,pool,usd_per_gpu_hour\nvision-prod,a100,1\n", "got `vision-prod/a100`"),
        (
            "gpu_prices.csv",
            "stack,pool,usd_per_gpu_hour\nvision-prod,h100,-1\n",
            "`usd_per_gpu_hour` must be a number",
        ),
        ("initiatives.yaml", "title: a\n", "must be a list of initiatives"),
        ("initiatives.yaml", "- 7\n", "line 1: must be a mapping"),
        ("initiatives.yaml", "- &a {title: b}\n- *a\n", "anchor"),
        ("initiative.yaml", "[]", "did you mean `initiatives.yaml`?"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(organisation, folder, name, content, said):
    folder.write(name, content)
    with pytest.raises(BadInput) as error:
        read_sources(folder.path, organisation, folder.period)
    assert said in str(error.value)
    assert name in str(error.value)
