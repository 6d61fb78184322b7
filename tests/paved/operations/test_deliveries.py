"""Deployments, their failures and the time that they take are found again."""

from datetime import timedelta

from paved.operations.commits import GitLog
from tests.paved.operations.world import (
    at,
    endpoint_alert,
    step,
    update,
)


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
