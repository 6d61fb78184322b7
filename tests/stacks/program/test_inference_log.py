"""What comes of `log` in a team's file."""

import json

from stacks.program.inference_log import logged_endpoint, logged_endpoints
from stacks.program.quotas import agents
from stacks.schema.monitors import ModelHealthSpec
from stacks.schema.request_log import RequestLogSpec
from tests.stacks.program.team_inputs import VISION

JOB = {"repository": "finetune", "image_digest": f"sha256:{'0' * 64}", "pool": "batch"}


def with_log(**log):
    serving = VISION.serving
    spec = RequestLogSpec.model_validate_json(json.dumps(log))
    endpoint = serving.endpoints[0].model_copy(update={"log": spec})
    health = ModelHealthSpec.model_validate_json(json.dumps(JOB))
    return serving.model_copy(update={"endpoints": (endpoint,), "model_health": health})


def test_a_log_brings_a_bucket_that_is_kept_as_its_data_asks(plan_team):
    planned, outputs = plan_team(serving=with_log())
    expiry = [
        rule["expiration"]["days"]
        for each in planned.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        for rule in each.inputs["rules"]
        if rule["id"].startswith("expiry-")
    ]
    assert expiry == [184, 184]
    told = outputs["inference_log"]
    assert told["bucket"].startswith("paved-vision-prod-inference-")
    assert told["read_policy"] == "paved-vision-prod-read-inference-log"


def test_endpoints_send_to_the_collector_of_their_namespace(plan_team):
    planned, _ = plan_team(serving=with_log())
    [service] = planned.of("kubernetes:serving.kserve.io/v1beta1:InferenceService")
    logger = service.inputs["spec"]["predictor"]["logger"]
    assert logger["url"] == "http://inference-log.vision-prod.svc.cluster.local:8081"
    policies = {
        each.inputs["metadata"]["name"]
        for each in planned.of("kubernetes:networking.k8s.io/v1:NetworkPolicy")
    }
    assert "allow-from-agents" in policies


def test_without_a_log_there_is_none_of_it(plan_team):
    planned, outputs = plan_team()
    assert "inference_log" not in outputs
    assert not planned.of("paved:inference_log:InferenceLog")
    assert logged_endpoints(None) == []


def test_the_collector_is_told_what_the_file_says():
    [endpoint] = logged_endpoints(with_log(sample_percent=2.5, redact=["email"], mask=["card"]))
    assert logged_endpoint(endpoint).settings == {
        "sample_percent": 2.5,
        "redact": ["email"],
        "mask": ["card"],
    }


def test_the_quota_has_room_for_agents():
    found = agents(11)
    assert (found.vcpus, found.memory_gib, found.gpus) == (2, 11, 0)
