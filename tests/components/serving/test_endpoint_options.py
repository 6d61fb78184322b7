"""Endpoints that answer in language, whose requests are logged, or that send traces."""

from decimal import Decimal

from tests.components.serving.planned_endpoint import LANGUAGE, LOG, POLICY, SERVICE, predictor


def test_a_server_with_one_port_serves_and_is_scraped_there(planned):
    assert predictor(planned(**LANGUAGE))["model"]["ports"] == [
        {"name": "http", "containerPort": 8080, "protocol": "TCP"}
    ]


def test_monitoring_reaches_a_server_with_one_port_and_no_other_by_it(planned):
    policy = planned(**LANGUAGE).one(POLICY).inputs
    assert policy["metadata"]["name"] == "defect-detector-scrape"
    assert policy["spec"] == {
        "podSelector": {"matchLabels": {"serving.kserve.io/inferenceservice": "defect-detector"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [
                    {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
                ],
                "ports": [{"port": 8080, "protocol": "TCP"}],
            }
        ],
    }
    assert not planned().of(POLICY)


def test_a_language_model_fetches_nothing_and_logs_no_prompt(planned):
    model = predictor(planned(**LANGUAGE))["model"]
    assert model["args"] == ["--disable_log_requests", "--max-model-len=auto"]
    assert {each["name"]: each["value"] for each in model["env"]} == {
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
    }


def test_a_language_model_whose_engine_died_is_restarted(planned):
    """KServe's server answers for itself whatever its engine does; asked for the model it asks the engine."""
    model = predictor(planned(**LANGUAGE))["model"]
    paths = [model[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    ready = "/v2/models/defect-detector/ready"
    assert paths == [ready, ready, "/openai/v1/models/defect-detector"]


def test_what_a_logged_endpoint_says_goes_through_kserves_agent(planned):
    service = planned(request_log=LOG).one(SERVICE).inputs
    assert service["spec"]["predictor"]["logger"] == {
        "mode": "all",
        "url": LOG.url,
        "metadataAnnotations": ["paved.dev/model-version"],
    }
    assert service["metadata"]["annotations"]["paved.dev/model-version"] == "detector/2026-11-03"
    assert service["metadata"]["labels"]["paved.dev/inference-log"] == "endpoint"
    assert "logger" not in predictor(planned())


def test_a_server_sends_traces_where_its_endpoint_asks_for_them(planned):
    assert "args" not in predictor(planned())["model"]
    traced = predictor(planned(trace_percent=Decimal(10)))["model"]
    assert "--trace-config=rate=10" in traced["args"]
