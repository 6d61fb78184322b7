"""The collector's configuration, run by the real one where `otelcol-contrib` is on PATH."""

import shutil
from decimal import Decimal

import pytest

from tests.live.collector import STRANGER, read, running

PROGRAM = shutil.which("otelcol-contrib")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="otelcol-contrib is not on PATH")


@pytest.fixture
def collector(tmp_path):
    with running(PROGRAM, tmp_path) as found:
        yield found


def sent(collector):
    """The resource and the one span of the first request."""
    [_, _, body] = collector.received()[0]
    [whole] = body["resourceSpans"]
    [span] = whole["scopeSpans"][0]["spans"]
    return read(whole["resource"]["attributes"]), span


def test_a_span_is_sent_to_x_ray_and_signed(collector):
    assert collector.send({"http.route": "/v2/models/detector/infer"}) == 200
    path, headers, _ = collector.received()[0]
    assert path == "/v1/traces"
    assert "/us-east-1/xray/aws4_request" in headers["Authorization"]


def test_a_pod_cannot_claim_the_name_of_another_team(collector):
    claimed = {"k8s.namespace.name": "fraud-prod", "aws.log.group.names": "x", "service.name": "detector"}
    collector.send({}, resource=claimed)
    resource, _ = sent(collector)
    assert resource["k8s.namespace.name"] == "vision-prod"
    assert resource["service.name"] == "vision-prod/detector"
    assert resource["k8s.pod.name"] == "detector-7c9"
    assert "aws.log.group.names" not in resource


def test_a_service_without_a_name_has_that_of_its_namespace(collector):
    collector.send({})
    assert sent(collector)[0]["service.name"] == "vision-prod"


def test_a_span_of_nobody_known_goes_nowhere(collector):
    assert collector.send({"who": "stranger"}, source=STRANGER) == 200
    collector.send({"who": "own"})
    assert read(sent(collector)[1]["attributes"])["who"] == "own"
    assert len(collector.taken) == 1


@pytest.mark.parametrize(
    "key",
    [
        "gen_ai.prompt",
        "gen_ai.prompt.0.content",
        "gen_ai.completion",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.system_instructions",
        "gen_ai.tool.call.arguments",
        "llm.prompts",
        "input.value",
        "output.value",
        "http.request.body.content",
        "http.request.header.authorization",
        "http.target",
        "url.full",
        "db.query.text",
        "user.email",
        "enduser.id",
        "session_token",
        "my_api_key",
    ],
)
def test_data_and_secrets_are_masked_by_their_keys(collector_for_keys, key):
    assert "Ada" not in str(collector_for_keys[key])


@pytest.fixture(scope="module")
def collector_for_keys(tmp_path_factory):
    """One span with every key that is asked for, as X-Ray receives it."""
    [asked] = [
        each.args[1]
        for each in test_data_and_secrets_are_masked_by_their_keys.pytestmark
        if each.args[0] == "key"
    ]
    with running(PROGRAM, tmp_path_factory.mktemp("keys")) as collector:
        collector.send(dict.fromkeys(asked, "Ada Lovelace, born 1815"))
        return read(sent(collector)[1]["attributes"])


def test_what_is_no_data_stays_as_it_is(collector):
    kept = {
        "gen_ai.request.model": "llama",
        "gen_ai.usage.input_tokens": "17",
        "http.route": "/v2/models/detector/infer",
        "http.request.method": "POST",
        "http.response.status_code": "200",
        "model_name": "detector",
        "exception.type": "ValueError",
    }
    collector.send(kept)
    assert read(sent(collector)[1]["attributes"]) == kept


def test_a_secret_is_masked_under_any_key(collector):
    collector.send({"note": "used AKIA" + "ABCDEFGHIJKLMNOP today", "hint": "Bearer abc.def.ghi"})
    found = read(sent(collector)[1]["attributes"])
    assert "ABCDEFGHIJKLMNOP" not in found["note"]
    assert "abc.def" not in found["hint"]


def test_the_text_of_an_exception_is_masked_wherever_it_stands(collector):
    events = {"exception.type": "ValueError", "exception.message": "row 7 of Ada Lovelace"}
    collector.send({}, events=events)
    _, span = sent(collector)
    assert "Ada" not in str(span)
    assert read(span["events"][0]["attributes"])["exception.type"] == "ValueError"


def test_a_sender_cannot_have_more_than_its_share(tmp_path):
    with running(PROGRAM, tmp_path, percent=Decimal("0.000001")) as collector:
        for number in range(20):
            collector.send({"sampling.priority": "1"}, trace=f"{number + 1:032x}")
        assert collector.metric("otelcol_receiver_accepted_spans_total") == 20
        assert collector.taken == []


def test_spans_that_x_ray_refuses_are_counted_as_the_alert_reads_them(tmp_path):
    with running(PROGRAM, tmp_path, answer=403) as collector:
        collector.send({})
        collector.received()
        assert collector.metric("otelcol_exporter_send_failed_spans_total") == 1
