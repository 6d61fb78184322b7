"""The load of an endpoint and its alert of saturation, evaluated by Prometheus itself."""

import pytest

from components.monitoring.load import CpuUse, RequestsInFlight
from tests.components.monitoring.endpoint_series import AVAILABLE, ENGINE, INFER, JOB, RUNTIMES, UP, firing

FULL = "EndpointSaturated"


def of_gauge(state):
    return f'vllm:num_requests_{state}{{{JOB},pod="POD",{ENGINE}}}'


SPENT = {
    "triton": f'nv_inference_request_duration_us{{{JOB},pod="POD",model="m",version="1"}}',
    "mlserver": f'rest_server_request_duration_seconds_sum{{{JOB},pod="POD",{INFER},status_code="200"}}',
}
BATCH_AND_QUEUE = (of_gauge("running"), of_gauge("waiting"))
A_SECOND = {"triton": 1_000_000, "mlserver": 1}
CPU = (
    'container_cpu_usage_seconds_total{namespace="vision-prod",pod="POD",container="kserve-container",id="1"}'
)


def of_pod(series, pod):
    return series.replace("POD", pod)


def in_flight(runtime, requests, pod="a"):
    """The series of a pod that has so many requests in flight for an hour: each is a second of work a second."""
    if runtime == "vllm":
        running, waiting = (of_pod(gauge, pod) for gauge in BATCH_AND_QUEUE)
        return {running: f"{requests - 1}x60", waiting: "1x60", UP: "1x60"}
    return {of_pod(SPENT[runtime], pod): f"0+{60 * requests * A_SECOND[runtime]}x60", UP: "1x60"}


def load(runtime):
    signal = RequestsInFlight(runtime=runtime, per_replica=4)
    return f"sum({signal.query('vision-prod', 'detector')})"


@RUNTIMES
def test_seconds_spent_in_a_second_are_the_requests_in_flight(simulate, objective, runtime):
    series = {**in_flight(runtime, 3), **in_flight(runtime, 2, pod="b")}
    simulate(objective(runtime=runtime), series, {("30m", load(runtime)): [5]})


@RUNTIMES
def test_a_server_without_a_request_yet_has_no_load(simulate, objective, runtime):
    simulate(objective(runtime=runtime), {UP: "1x60"}, {("30m", load(runtime)): [0]})


@RUNTIMES
@pytest.mark.parametrize("up", ["0x60", "1x10 stale"])
def test_a_load_that_is_not_known_is_none_and_not_zero(simulate, objective, runtime, up):
    """KEDA leaves the number of replicas as it is where there is no sample; for 0 it would end them."""
    simulate(objective(runtime=runtime), {UP: up}, {("30m", load(runtime)): []})


@RUNTIMES
def test_more_than_all_replicas_take_for_a_while_is_saturation(simulate, objective, runtime):
    """Three replicas take four each."""
    simulate(
        objective(runtime=runtime),
        {**in_flight(runtime, 13), AVAILABLE: "3x60"},
        {
            ("10m", firing(FULL)): [],
            ("30m", firing(FULL, severity="page", endpoint="detector", namespace="vision-prod")): [1],
        },
    )


@RUNTIMES
def test_replicas_that_are_full_and_no_more_are_no_saturation(simulate, objective, runtime):
    simulate(
        objective(runtime=runtime), {**in_flight(runtime, 12), AVAILABLE: "3x60"}, {("60m", firing(FULL)): []}
    )


def test_a_peak_that_passes_is_no_saturation(simulate, objective):
    series = {of_pod(SPENT["triton"], "a"): "0+1200000000x10 12000000000+60000000x50", UP: "1x60"}
    simulate(objective(), series, {("12m", firing(FULL)): [], ("60m", firing(FULL)): []})


@pytest.mark.parametrize(("cores", "fires"), [(7.3, [1]), (7.1, [])])
def test_without_gpus_cpu_in_use_is_the_load(simulate, objective, cores, fires):
    """Three replicas of four CPUs take 60 % of twelve, 7.2, and the CPU of no other endpoint counts."""
    pods = ("detector-predictor-5d8f-x2v7z", "detector-predictor-5d8f-9kqwp")
    series = {of_pod(CPU, pod): f"0+{60 * cores / 2}x60" for pod in pods}
    series[of_pod(CPU, "detector-b-predictor-5d8f-x2v7z")] = "0+6000x60"
    by_cpu = objective(signal=CpuUse(cpus=4, percent=60))
    simulate(by_cpu, series, {("60m", firing(FULL)): fires})
