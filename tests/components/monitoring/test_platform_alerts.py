"""The situations that alert the platform's team, evaluated by Prometheus itself where promtool is installed."""

from functools import partial

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.gpu_alerts import GPU_ALERTS
from components.monitoring.platform_alerts import (
    NODE_ALERTS,
    QUEUE_ALERTS,
    accelerator_unhealthy,
    quota_overcommitted,
)

ALERTS = [
    *NODE_ALERTS,
    accelerator_unhealthy(repair=True),
    *QUEUE_ALERTS,
    quota_overcommitted({"h100": 56, "l40s": 48}),
    *GPU_ALERTS,
]
GPU = 'gpu="0",UUID="GPU-1",Hostname="ip-10-0-0-1"'
UNHEALTHY = "karpenter_nodeclaims_unhealthy_disrupted_total"
REPAIRED = f'{UNHEALTHY}{{nodepool="h100",condition="accelerated_hardware_ready",image_id="ami-1"}}'
READY = "operator_nodepool_status_condition_count"
OWNED = (
    'kube_node_labels{node="a",label_paved_dev_accelerator="h100",label_paved_dev_stack="vision-prod",'
    'label_paved_dev_pool="h100"}'
)
THERE = 'kube_node_status_allocatable{node="a",resource="nvidia_com_gpu",unit="integer"}'
HELD = (
    'kube_pod_container_resource_requests{node="a",resource="nvidia_com_gpu",namespace="vision-prod",'
    'pod="finetune-0",container="main"}'
)
PHASE = 'kube_pod_status_phase{namespace="vision-prod",pod="finetune-0"'
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
    expression = quota_overcommitted({"h100": 56, "l40s": 48, "cpu": 64}).expression
    assert 'flavor="cpu",resource="cpu"})) > 64' in expression
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
                'karpenter_nodepools_usage{nodepool="general",resource_type="cpu"}': "95x600",
                'karpenter_nodepools_limit{nodepool="general",resource_type="cpu"}': "100x600",
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
        (
            "KarpenterFails",
            {'controller_runtime_reconcile_errors_total{job="karpenter",controller="nodeclass"}': "0+2x600"},
        ),
        ("NodePoolNotReady", {f'{READY}{{name="h100",type="Ready",status="False",reason="x"}}': "1x600"}),
        # The counter begins with the first node that is replaced, and has been there for two weeks.
        ("NodeRepaired", {REPAIRED: "_x570 1x30"}),
        ("NodeRepaired", {REPAIRED: "3x570 4x30"}),
        ("AcceleratorsUnallocated", {OWNED: "1x600", THERE: "8x600"}),
        (
            "AcceleratorsUnallocated",
            {OWNED: "1x600", THERE: "8x600", HELD: "7x600", f'{PHASE},phase="Running"}}': "1x600"},
        ),
        # A job that is done still has its pods.
        (
            "AcceleratorsUnallocated",
            {
                OWNED: "1x600",
                THERE: "8x600",
                HELD: "8x600",
                f'{PHASE},phase="Running"}}': "0x600",
                f'{PHASE},phase="Succeeded"}}': "1x600",
            },
        ),
        (
            "QueueInactive",
            {'kueue_cluster_queue_status{cluster_queue="vision-prod",status="pending"}': "1x600"},
        ),
        (
            "NodesDidNotCome",
            {'kueue_evicted_workloads_total{cluster_queue="q",reason="PodsReadyTimeout"}': "_x570 1x30"},
        ),
        ("GpuMemoryError", {f"DCGM_FI_DEV_ECC_DBE_VOL_TOTAL{{{GPU},{VISION}}}": "0x570 2x30"}),
        ("GpuMemoryError", {f"DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS{{{GPU},{VISION}}}": "1x570 2x30"}),
        (
            "GpuThrottled",
            {f'DCGM_EXP_CLOCK_EVENTS_COUNT{{{GPU},{VISION},clock_event="hw_thermal"}}': "9x600"},
        ),
        ("GpuHardwareError", {f'DCGM_EXP_XID_ERRORS_COUNT{{{GPU},{VISION},xid="79"}}': "0x570 1x5 0x25"}),
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
                'karpenter_nodepools_usage{nodepool="general",resource_type="cpu"}': "0x600",
                'karpenter_nodepools_limit{nodepool="general",resource_type="cpu"}': "0x600",
            },
        ),
        (
            "NodePoolNearLimit",
            {
                # A pool of GPUs, or of CPUs, is there to be filled.
                'karpenter_nodepools_usage{nodepool="paved-ranking-dev.batch",resource_type="cpu"}': "32x600",
                'karpenter_nodepools_limit{nodepool="paved-ranking-dev.batch",resource_type="cpu"}': "32x600",
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
        (
            "KarpenterFails",
            {'controller_runtime_reconcile_errors_total{job="kueue",controller="nodeclass"}': "0+2x600"},
        ),
        ("NodePoolNotReady", {f'{READY}{{name="h100",type="Ready",status="True",reason="x"}}': "1x600"}),
        (
            "NodePoolNotReady",
            {f'{READY}{{name="h100",type="NodeRegistrationHealthy",status="False"}}': "1x600"},
        ),
        ("NodeRepaired", {REPAIRED: "3x600"}),
        (
            "AcceleratorsUnallocated",
            {OWNED: "1x600", THERE: "8x600", HELD: "8x600", f'{PHASE},phase="Running"}}': "1x600"},
        ),
        # A node that is not a team's, and one that stood idle for less than four hours.
        ("AcceleratorsUnallocated", {THERE: "8x600"}),
        ("AcceleratorsUnallocated", {OWNED: "_x400 1x200", THERE: "_x400 8x200"}),
        ("QueueInactive", {'kueue_cluster_queue_status{cluster_queue="q",status="active"}': "1x600"}),
        (
            "JobsAreInadmissible",
            {'kueue_pending_workloads{cluster_queue="q",status="inadmissible"}': "1x600"},
        ),
        ("GpuMemoryError", {f"DCGM_FI_DEV_ECC_DBE_VOL_TOTAL{{{GPU},{VISION}}}": "2x600"}),
        ("GpuThrottled", {f'DCGM_EXP_CLOCK_EVENTS_COUNT{{{GPU},{VISION},clock_event="power_cap"}}': "9x600"}),
        (
            "GpuThrottled",
            {f'DCGM_EXP_CLOCK_EVENTS_COUNT{{{GPU},{VISION},clock_event="hw_thermal"}}': "0x580 9x20"},
        ),
        ("GpuHardwareError", {f'DCGM_EXP_XID_ERRORS_COUNT{{{GPU},{VISION},xid="31"}}': "1x600"}),
        ("GpuHardwareError", {f'DCGM_FI_DEV_XID_ERRORS{{gpu="0",{VISION}}}': "31x600"}),
        ("GpuIdle", {f'DCGM_FI_DEV_GPU_UTIL{{gpu="0",{VISION}}}': "60x600"}),
        ("GpuIdle", {'DCGM_FI_DEV_GPU_UTIL{gpu="0",namespace="node-agents",pod="exporter"}': "0x600"}),
    ],
)
def test_what_does_not_alert(simulate_platform, name, series):
    assert simulate_platform(name, series, firing=False)


@pytest.mark.parametrize(
    ("name", "series", "to_the_team"),
    [
        ("GpuIdle", {f"DCGM_FI_DEV_GPU_UTIL{{{GPU},{VISION}}}": "0x600"}, True),
        ("GpuHardwareError", {f"DCGM_FI_DEV_XID_ERRORS{{{GPU},{VISION}}}": "79x600"}, False),
        ("GpuMemoryError", {f"DCGM_FI_DEV_ECC_DBE_VOL_TOTAL{{{GPU},{VISION}}}": "0x570 2x30"}, False),
        (
            "GpuThrottled",
            {f'DCGM_EXP_CLOCK_EVENTS_COUNT{{{GPU},{VISION},clock_event="sw_thermal"}}': "9x600"},
            False,
        ),
    ],
)
def test_idle_gpus_alert_the_team_and_broken_ones_the_platform(simulate_platform, name, series, to_the_team):
    """A team's route takes what bears its namespace, and the platform's everything else."""
    assert simulate_platform(name, series, firing=to_the_team, where=',namespace="vision-prod"')
    assert simulate_platform(name, series, firing=not to_the_team, where=',namespace=""')


def test_a_broken_accelerator_pages_at_once_only_where_nothing_replaces_it():
    waits = {repair: accelerator_unhealthy(repair=repair).duration for repair in (True, False)}
    assert waits == {True: "30m", False: "5m"}


@pytest.fixture
def simulate_platform(simulate_alert):
    """Ask whether an alert of the platform fires."""
    return partial(simulate_alert, ALERTS)


@pytest.mark.parametrize(("days", "fires"), [(6, False), (8, True)])
def test_a_job_that_never_fits_is_told_of_after_a_week(promtool, days, fires):
    [alert] = [each for each in QUEUE_ALERTS if each.name == "JobsAreInadmissible"]
    query = {
        "expr": 'count(ALERTS{alertname="JobsAreInadmissible",alertstate="firing"})',
        "eval_time": f"{days}d",
        "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
    }
    pending = 'kueue_pending_workloads{cluster_queue="vision-prod",status="inadmissible"}'
    test = {
        "interval": "5m",
        "input_series": [{"series": pending, "values": "1x2400"}],
        "promql_expr_test": [query],
    }
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "5m", "tests": [test]}
    promtool(
        "test", "rules", "tests.yaml", rules={"groups": [alert_group("q", [alert], team="p")]}, tests=tests
    )
