import inspect
import json

import pytest

from components.retraining import collect

CRON_JOB = "kubernetes:batch/v1:CronJob"
SCALED_JOB = "kubernetes:keda.sh/v1alpha1:ScaledJob"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
QUEUE = "aws:sqs/queue:Queue"
ARN = "arn:aws:sqs:us-east-1:111122223333:paved-vision-prod-retrain-"


def policy(planned, type, name):
    return {each["Sid"]: each for each in json.loads(planned.one(type, name).inputs["policy"])["Statement"]}


def test_plan_matches_golden(planned, golden):
    component = planned.one("paved:retraining:Retraining")
    inside = [each.as_json() for each in planned.descendants(component)]
    for each in inside:
        if each["name"] == "vision-prod-collector":
            each["inputs"]["data"] = "the source of collect.py"
    golden("components/retraining.json", inside)


def test_the_script_is_the_one_that_is_tested(planned):
    found = planned.one("kubernetes:core/v1:ConfigMap", "vision-prod-collector").inputs["data"]
    assert found == {"collect.py": inspect.getsource(collect)}
    compile(found["collect.py"], "collect.py", "exec")


def test_a_schedule_is_in_its_own_time_zone_and_never_runs_twice_at_once(planned):
    spec = planned.one(CRON_JOB).inputs["spec"]
    assert (spec["schedule"], spec["timeZone"]) == ("30 22 * * *", "Europe/Berlin")
    assert spec["concurrencyPolicy"] == "Forbid"


@pytest.mark.parametrize("name", ["frames", "drifted"])
def test_events_start_one_run_at_a_time_for_all_that_wait(planned, name):
    spec = planned.one(SCALED_JOB, f"vision-prod-{name}").inputs["spec"]
    assert spec["maxReplicaCount"] == 1
    (trigger,) = spec["triggers"]
    url = f"https://sqs.us-east-1.amazonaws.com/111122223333/paved-vision-prod-retrain-{name}"
    assert trigger["metadata"]["queueURL"] == url
    assert trigger["metadata"]["scaleOnInFlight"] == "false"
    assert trigger["authenticationRef"] == {"name": "keda"}
    assert (
        planned.one("kubernetes:keda.sh/v1alpha1:TriggerAuthentication").inputs["metadata"]["name"] == "keda"
    )


def test_a_run_takes_events_from_the_queue_that_it_is_started_by(planned):
    spec = planned.one(SCALED_JOB, "vision-prod-frames").inputs["spec"]
    (collector,) = spec["jobTargetRef"]["template"]["spec"]["initContainers"]
    found = {each["name"]: each.get("value") for each in collector["env"]}
    assert found["PAVED_QUEUE"] == spec["triggers"][0]["metadata"]["queueURL"]


def test_objects_are_looked_for_once_a_window(planned):
    assert planned.one(SCALED_JOB, "vision-prod-frames").inputs["spec"]["pollingInterval"] == 30 * 60


def test_a_changed_trigger_ends_no_run(planned):
    spec = planned.one(SCALED_JOB, "vision-prod-frames").inputs["spec"]
    assert spec["rollout"] == {"strategy": "gradual"}


def test_only_objects_of_the_dataset_count(planned, plan_retraining, triggers):
    pattern = json.loads(planned.one("aws:cloudwatch/eventRule:EventRule").inputs["eventPattern"])
    assert pattern["detail"] == {
        "bucket": {"name": ["paved-vision-prod-datasets-111122223333"]},
        "object": {"key": [{"wildcard": "frames/*_SUCCESS"}]},
    }


def test_the_bucket_notifies_eventbridge_only_where_a_trigger_listens(planned, plan_retraining, triggers):
    assert planned.one(NOTIFICATION).inputs["eventbridge"] is True
    assert not plan_retraining(triggers["nightly"], triggers["drifted"]).of(NOTIFICATION)


def test_only_the_rule_may_send_and_only_over_tls(planned):
    found = policy(planned, "aws:sqs/queuePolicy:QueuePolicy", "vision-prod-frames-policy")
    assert found["SentBySource"]["Condition"] == {
        "ArnEquals": {
            "aws:SourceArn": "arn:aws:events:us-east-1:111122223333:rule/paved-vision-prod-retrain-frames"
        }
    }
    assert found["DenyPlainHttp"]["Effect"] == "Deny"
    assert found["SentBySource"]["Resource"] == [f"{ARN}frames"]


def test_messages_that_fail_go_to_a_queue_that_takes_them_from_there_alone(planned):
    queue = planned.one(QUEUE, "vision-prod-frames").inputs
    dead = planned.one(QUEUE, "vision-prod-frames-dead").inputs
    assert json.loads(queue["redrivePolicy"])["deadLetterTargetArn"] == f"{ARN}frames-dead"
    assert json.loads(dead["redriveAllowPolicy"])["sourceQueueArns"] == [f"{ARN}frames"]
    assert queue["sqsManagedSseEnabled"] is dead["sqsManagedSseEnabled"] is True


def test_somebody_hears_of_messages_that_fail(planned):
    alarm = planned.one("aws:cloudwatch/metricAlarm:MetricAlarm", "vision-prod-frames-dead").inputs
    assert alarm["dimensions"] == {"QueueName": planned.one(QUEUE, "vision-prod-frames-dead").inputs["name"]}
    assert (alarm["metricName"], alarm["threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)


def test_messages_that_fail_are_as_closed_as_the_others(planned):
    queue = policy(planned, "aws:sqs/queuePolicy:QueuePolicy", "vision-prod-frames-policy")
    dead = policy(planned, "aws:sqs/queuePolicy:QueuePolicy", "vision-prod-frames-dead-policy")
    denials = {sid for sid, each in queue.items() if each["Effect"] == "Deny"}
    # SQS moves messages itself and asks no policy, so nobody is let in.
    assert set(dead) == denials
    for sid in denials:
        assert {**dead[sid], "Resource": [f"{ARN}frames"]} == queue[sid]


def test_an_alarm_tells_of_new_data_that_the_queue_refuses(planned):
    lost = planned.one("aws:cloudwatch/metricAlarm:MetricAlarm", "vision-prod-frames-rule-lost").inputs
    assert lost["dimensions"] == {"RuleName": "paved-vision-prod-retrain-frames"}
    assert lost["alarmActions"] == ["arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"]


def test_drift_comes_from_the_endpoints_own_alerts_and_rests(planned):
    config = planned.one("kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig").inputs["spec"]
    assert config["route"]["matchers"] == [
        {"name": "signal", "matchType": "=", "value": "drift"},
        {"name": "endpoint", "matchType": "=", "value": "detector"},
    ]
    assert {config["route"][key] for key in ("groupInterval", "repeatInterval")} == {"48h"}
    (receiver,) = config["receivers"]
    assert receiver["name"] == config["route"]["receiver"]
    assert receiver["snsConfigs"][0]["sendResolved"] is False


def test_alerts_reach_the_queue_through_a_topic_open_to_alertmanager(planned):
    topic = planned.one("aws:sns/topic:Topic", "vision-prod-drifted-topic").inputs
    config = planned.one("kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig").inputs["spec"]
    sent = config["receivers"][0]["snsConfigs"][0]["topicARN"]
    assert topic["name"] == "paved-vision-prod-drifted-alerts"
    assert sent == f"arn:aws:sns:us-east-1:111122223333:{topic['name']}"
    assert topic["kmsMasterKeyId"].endswith("alias/paved-vision-prod")
    found = policy(planned, "aws:sqs/queuePolicy:QueuePolicy", "vision-prod-drifted-policy")
    assert found["SentBySource"]["Principal"] == {"Service": "sns.amazonaws.com"}
    assert found["SentBySource"]["Condition"] == {"ArnEquals": {"aws:SourceArn": sent}}
    assert planned.one("aws:sns/topicSubscription:TopicSubscription").inputs["protocol"] == "sqs"


def test_runs_take_events_of_their_own_teams_queues_and_list_their_data(planned):
    found = policy(planned, "aws:iam/rolePolicy:RolePolicy", "vision-prod-runs")
    assert found["TakeEvents"]["Action"] == ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
    assert found["TakeEvents"]["Resource"] == [f"{ARN}drifted", f"{ARN}frames"]
    assert found["FixVersionOfData"]["Condition"] == {"StringEquals": {"s3:prefix": ["frames/"]}}


def test_a_team_without_events_has_no_queue_and_no_right_to_one(plan_retraining, triggers):
    planned = plan_retraining(triggers["nightly"])
    assert not planned.of(QUEUE)
    assert not planned.of("kubernetes:keda.sh/v1alpha1:TriggerAuthentication")
    assert "TakeEvents" not in policy(planned, "aws:iam/rolePolicy:RolePolicy", "vision-prod-runs")


@pytest.mark.parametrize("type", [CRON_JOB, SCALED_JOB])
def test_nothing_starts_before_the_script_and_the_permissions_are_there(planned, type):
    for each in planned.of(type):
        waits = " ".join(each.depends_on)
        assert "ConfigMap::vision-prod-collector" in waits
        assert "rolePolicy:RolePolicy::vision-prod-runs" in waits
