"""The series that an endpoint has in Prometheus, and the alerts that are made of them."""

import pytest

JOB = 'job="vision-prod/detector"'
INFER = 'app_name="mlserver",method="POST",path="/v2/models/{model_name}/infer"'
ENGINE = 'model_name="/mnt/models",engine="0"'
SERVED = {
    "triton": f'nv_inference_request_success{{{JOB},pod="a",model="m",version="1"}}',
    "mlserver": f'rest_server_requests_total{{{JOB},pod="a",{INFER},status_code="200"}}',
    "vllm": f'vllm:request_success_total{{{JOB},pod="a",{ENGINE},finished_reason="stop"}}',
}
FAILED = {
    "triton": f'nv_inference_request_failure{{{JOB},pod="a",model="m",version="1",reason="BACKEND"}}',
    "mlserver": f'rest_server_requests_total{{{JOB},pod="a",{INFER},status_code="500"}}',
    "vllm": f'vllm:request_success_total{{{JOB},pod="a",{ENGINE},finished_reason="error"}}',
}
UP = f'up{{{JOB},pod="a"}}'
BATCH = f'vllm:num_requests_running{{{JOB},pod="a",{ENGINE}}}'
"""The one of vLLM's series that it always has."""
AVAILABLE = (
    'kube_deployment_status_replicas_available{namespace="vision-prod",deployment="detector-predictor"}'
)
RUNTIMES = pytest.mark.parametrize("runtime", ["triton", "mlserver", "vllm"])

FAST, SLOW = "EndpointErrorBudgetBurnsFast", "EndpointErrorBudgetBurnsSlowly"
DOWN, UNSEEN = "EndpointDown", "EndpointMetricsMissing"


def firing(name, **labels):
    matchers = {"alertname": name, "alertstate": "firing", **labels}
    return "count(ALERTS{" + ",".join(f'{key}="{value}"' for key, value in matchers.items()) + "})"


def healthy(series):
    """A replica that is up and available for two days, with the requests of a test."""
    return {UP: "1x2880", AVAILABLE: "1x2880", BATCH: "1x2880", **series}
