from decimal import Decimal

import pytest

from components.serving.traces import SETTINGS, trace_settings
from reference.model_servers import MODEL_SERVERS


def test_every_server_that_can_send_traces_has_its_settings():
    assert set(SETTINGS) == {name for name, server in MODEL_SERVERS.items() if server.traces}


@pytest.mark.parametrize(
    ("percent", "rate"), [("100", 1), ("10", 10), ("0.01", 10_000), ("60", 2), ("70", 1), ("33", 3)]
)
def test_triton_traces_one_request_of_so_many(percent, rate):
    assert f"--trace-config=rate={rate}" in trace_settings("triton", "detector", Decimal(percent))["args"]


def test_triton_sends_times_and_no_tensors_to_the_collector():
    args = trace_settings("triton", "detector", Decimal(10))["args"]
    url = "http://opentelemetry-collector.tracing.svc:4318/v1/traces"
    assert args[:4] == [
        "--trace-config=mode=opentelemetry",
        f"--trace-config=opentelemetry,url={url}",
        "--trace-config=opentelemetry,resource=service.name=detector",
        "--trace-config=level=TIMESTAMPS",
    ]


def test_mlserver_sends_its_share_by_grpc_under_the_endpoints_name():
    env = {each["name"]: each["value"] for each in trace_settings("mlserver", "iris", Decimal("0.5"))["env"]}
    assert env == {
        "MLSERVER_TRACING_SERVER": "http://opentelemetry-collector.tracing.svc:4317",
        "MLSERVER_SERVER_NAME": "iris",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.005",
    }
