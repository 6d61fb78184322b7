"""The GPUs of each pool by what comes of them, evaluated by Prometheus itself where promtool is installed."""

import pytest

from components.monitoring.goodput_rules import (
    GPUS,
    TOTAL,
    WINDOW,
    rule_group,
)
from paved.operations import exports
from reference.durations import duration

GROUPS = {"groups": [rule_group()]}
NODE = (
    'kube_node_labels{node="a",label_paved_dev_accelerator="h100",label_paved_dev_stack="research-prod",'
    'label_paved_dev_pool="rack"}'
)
THERE = 'kube_node_status_allocatable{node="a",resource="nvidia_com_gpu",unit="integer"}'
AT = "30m"


def held(pod, namespace="vision-prod"):
    return (
        'kube_pod_container_resource_requests{node="a",resource="nvidia_com_gpu",container="main",'
        f'namespace="{namespace}",pod="{pod}"}}'
    )


def phase(pod, name, namespace="vision-prod"):
    return f'kube_pod_status_phase{{namespace="{namespace}",pod="{pod}",phase="{name}"}}'


def use(gpu, pod, namespace="vision-prod"):
    return f'DCGM_FI_DEV_GPU_UTIL{{UUID="GPU-{gpu}",namespace="{namespace}",pod="{pod}"}}'


@pytest.fixture
def divide(promtool):
    """Feed series for an hour, and hold the parts to what is expected of them, by namespace and use."""

    def run(series, expected):
        samples = [
            {
                "labels": f'{GPUS}{{{namespace_of(namespace)}pool="rack", stack="research-prod", use="{name}"}}',
                "value": value,
            }
            for (namespace, name), value in expected.items()
        ]
        total = '{pool="rack", stack="research-prod"}'
        test = {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": [
                {"expr": GPUS, "eval_time": AT, "exp_samples": samples},
                # The parts add up, whatever they are.
                {
                    "expr": f"sum by (stack, pool) ({GPUS}) == on (stack, pool) {TOTAL}",
                    "eval_time": AT,
                    "exp_samples": [{"labels": total, "value": 8}],
                },
            ],
        }
        tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
        return "SUCCESS" in promtool("test", "rules", "tests.yaml", rules=GROUPS, tests=tests)

    return run


def namespace_of(name):
    return f'namespace="{name}", ' if name else ""


def test_every_rule_passes_the_linter(promtool):
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=GROUPS)
    assert "SUCCESS: 10 rules found" in found


def test_a_pool_without_pods_is_unallocated(divide):
    assert divide({NODE: "1x60", THERE: "8x60"}, {("", "unallocated"): 8})


def test_gpus_are_busy_idle_waited_for_unmeasured_or_unallocated(divide):
    series = {
        NODE: "1x60",
        THERE: "8x60",
        held("run"): "4x60",
        phase("run", "Running"): "1x60",
        use(0, "run"): "90x60",
        use(1, "run"): "80x60",
        use(2, "run"): "0x60",
        # The fourth is not measured.
        held("starts", "speech-prod"): "2x60",
        phase("starts", "Pending", "speech-prod"): "1x60",
        # It is done, and not yet deleted.
        held("done"): "8x60",
        phase("done", "Succeeded"): "1x60",
        phase("done", "Running"): "0x60",
    }
    expected = {
        ("vision-prod", "busy"): 2,
        ("vision-prod", "idle"): 1,
        ("vision-prod", "unmeasured"): 1,
        ("speech-prod", "waited"): 2,
        ("", "unallocated"): 2,
    }
    assert divide(series, expected)


def test_a_pod_has_no_more_busy_gpus_than_it_holds(divide):
    """The GPU of the pod before it is still in the exporter's last answer."""
    series = {
        NODE: "1x60",
        THERE: "8x60",
        held("run"): "1x60",
        phase("run", "Running"): "1x60",
        use(0, "run"): "90x60",
        use(1, "run"): "90x60",
    }
    expected = {
        ("vision-prod", "busy"): 1,
        ("vision-prod", "idle"): 0,
        ("vision-prod", "unmeasured"): 0,
        ("", "unallocated"): 7,
    }
    assert divide(series, expected)


def test_a_pool_where_nothing_measures_is_unmeasured(divide):
    series = {NODE: "1x60", THERE: "8x60", held("run"): "8x60", phase("run", "Running"): "1x60"}
    assert divide(series, {("vision-prod", "unmeasured"): 8, ("", "unallocated"): 0})


def test_the_report_averages_over_the_same_time():
    assert duration(exports.WINDOW) == duration(WINDOW)
