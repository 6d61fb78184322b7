"""Which situations alert the platform's team, asked of Prometheus itself where promtool is installed."""

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.platform_alerts import GPU_ALERTS, NODE_ALERTS, QUEUE_ALERTS, too_much_promised

ALERTS = [*NODE_ALERTS, *QUEUE_ALERTS, too_much_promised({"h100": 56, "l40s": 48}), *GPU_ALERTS]
WAIT = 'kueue_admission_wait_time_seconds_bucket{cluster_queue="vision-prod",le='
GROUPS = {"groups": [alert_group("platform", ALERTS, team="platform")]}
QUOTA = "kueue_cluster_queue_nominal_quota"
VISION = 'namespace="vision-prod",pod="finetune-0"'


def test_every_rule_passes_the_linter(promtool):
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=GROUPS)
    assert f"SUCCESS: {len(ALERTS)} rules found" in found


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_says_what_is_wrong_and_what_to_do(alert):
    assert alert.summary
    assert alert.action.endswith(".")


def test_an_alert_belongs_to_the_platforms_team():
    [group] = GROUPS["groups"]
    assert {rule["labels"]["team"] for rule in group["rules"]} == {"platform"}


def test_the_capacity_of_each_flavor_is_a_limit_of_its_own():
    expression = too_much_promised({"h100": 56, "l40s": 48}).expression
    for flavor, gpus in (("h100", 56), ("l40s", 48)):
        assert f'flavor="{flavor}",resource="nvidia.com/gpu"}})) > {gpus}' in expression


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("KarpenterDown", {}),
        ("KarpenterDown", {'up{job="karpenter"}': "0x600"}),
        ("KueueDown", {}),
        (
            "NodePoolNearLimit",
            {
                'karpenter_nodepools_usage{nodepool="vision",resource_type="cpu"}': "95x600",
                'karpenter_nodepools_limit{nodepool="vision",resource_type="cpu"}': "100x600",
            },
        ),
        (
            "NodesCannotBeLaunched",
            {
                'karpenter_cloudprovider_errors_total{method="Create",error="InsufficientCapacityError"}': (
                    "0+1x600"
                )
            },
        ),
        (
            "AcceleratorUnhealthy",
            {
                'kube_node_status_condition{condition="AcceleratedHardwareReady",status="false",node="a"}': (
                    "1x600"
                )
            },
        ),
        (
            "QueueStuck",
            {'kueue_pending_workloads{cluster_queue="vision-prod",status="inadmissible"}': "1x600"},
        ),
        (
            "QueueWaitIsLong",
            {f'{WAIT}"10240"}}': "0+8x600", f'{WAIT}"20480"}}': "0+10x600", f'{WAIT}"+Inf"}}': "0+10x600"},
        ),
        (
            "NodesDidNotCome",
            {
                'kueue_evicted_workloads_total{cluster_queue="vision-prod",reason="PodsReadyTimeout"}': (
                    "0x570 1x30"
                )
            },
        ),
        (
            "QueuesPromiseTooMuch",
            {
                f'{QUOTA}{{cluster_queue="a",flavor="h100",resource="nvidia.com/gpu"}}': "32x600",
                f'{QUOTA}{{cluster_queue="b",flavor="h100",resource="nvidia.com/gpu"}}': "32x600",
            },
        ),
        ("GpuHardwareError", {f'DCGM_FI_DEV_XID_ERRORS{{gpu="0",{VISION}}}': "79x600"}),
        ("GpuHardwareError", {f'DCGM_FI_DEV_ROW_REMAP_FAILURE{{gpu="0",{VISION}}}': "1x600"}),
        ("GpuIdle", {f'DCGM_FI_DEV_GPU_UTIL{{gpu="0",{VISION}}}': "1x600"}),
    ],
)
def test_what_alerts(simulate_platform, name, series):
    assert simulate_platform(name, series, firing=True)


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("KarpenterDown", {'up{job="karpenter",pod="a"}': "0x600", 'up{job="karpenter",pod="b"}': "1x600"}),
        ("KueueDown", {'up{job="kueue-controller-manager-metrics-service"}': "1x600"}),
        (
            "NodePoolNearLimit",
            {
                'karpenter_nodepools_usage{nodepool="vision",resource_type="cpu"}': "0x600",
                'karpenter_nodepools_limit{nodepool="vision",resource_type="cpu"}': "0x600",
            },
        ),
        (
            "NodesCannotBeLaunched",
            {'karpenter_cloudprovider_errors_total{method="Get",error="NodeClaimNotFoundError"}': "0+1x600"},
        ),
        (
            "QueueStuck",
            {
                'kueue_pending_workloads{cluster_queue="vision-prod",status="active"}': "9x600",
                'kueue_admitted_active_workloads{cluster_queue="vision-prod"}': "1x600",
            },
        ),
        (
            "QueueWaitIsLong",
            {f'{WAIT}"10240"}}': "0+19x600", f'{WAIT}"20480"}}': "0+20x600", f'{WAIT}"+Inf"}}': "0+20x600"},
        ),
        (
            "QueuesPromiseTooMuch",
            {
                f'{QUOTA}{{cluster_queue="a",flavor="h100",resource="nvidia.com/gpu",replica_role="{role}"}}': (
                    "32x600"
                )
                for role in ("leader", "follower")
            },
        ),
        ("QueuesPromiseTooMuch", {f'{QUOTA}{{cluster_queue="a",flavor="h100",resource="cpu"}}': "900x600"}),
        ("GpuHardwareError", {f'DCGM_FI_DEV_XID_ERRORS{{gpu="0",{VISION}}}': "31x600"}),
        ("GpuIdle", {f'DCGM_FI_DEV_GPU_UTIL{{gpu="0",{VISION}}}': "60x600"}),
        ("GpuIdle", {'DCGM_FI_DEV_GPU_UTIL{gpu="0",namespace="node-agents",pod="exporter"}': "0x600"}),
    ],
)
def test_what_does_not_alert(simulate_platform, name, series):
    assert simulate_platform(name, series, firing=False)


@pytest.fixture
def simulate_platform(promtool):
    """Feed series to the platform's rules for ten hours, then ask whether an alert fires."""

    def run(name, series, *, firing):
        query = {
            "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}})',
            "eval_time": "10h",
            "exp_samples": [{"labels": "{}", "value": 1}] if firing else [],
        }
        test = {
            "interval": "1m",
            "input_series": [{"series": key, "values": values} for key, values in series.items()],
            "promql_expr_test": [query],
        }
        tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
        return "SUCCESS" in promtool("test", "rules", "tests.yaml", rules=GROUPS, tests=tests)

    return run
