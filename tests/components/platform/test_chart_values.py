from components.monitoring.gpu import exporter_values
from components.monitoring.prometheus_values import agents
from components.platform.chart_values import (
    GPU_NODE_TOLERATIONS,
    GPU_NODES,
    cert_manager_values,
    device_plugin_values,
    efa_plugin_values,
    load_balancer_values,
    neuron_plugin_values,
)
from components.platform.kueue import kueue_values
from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.vocabulary import ACCELERATOR_LABEL

LOAD_BALANCING = load_balancer_values(
    cluster_name="cluster", vpc_id="vpc-1", region="eu-central-1", tags={"team": "platform"}
)


def test_load_balancers_are_internal_unless_somebody_says_otherwise():
    assert LOAD_BALANCING["defaultLoadBalancerScheme"] == "internal"


def test_load_balancers_carry_the_tags_of_the_stack():
    assert LOAD_BALANCING["defaultTags"] == {"team": "platform"}


def test_the_load_balancer_controller_asks_no_metadata_service_where_it_is():
    where = {key: LOAD_BALANCING[key] for key in ("clusterName", "region", "vpcId")}
    assert where == {"clusterName": "cluster", "region": "eu-central-1", "vpcId": "vpc-1"}


def test_controllers_run_on_system_nodes():
    assert LOAD_BALANCING["nodeSelector"] == SYSTEM_NODES
    assert cert_manager_values()["global"]["nodeSelector"] == SYSTEM_NODES


def test_a_controller_is_not_kept_off_a_full_system_node():
    """Karpenter's and the load balancer controller's charts say so themselves; KServe's cannot."""
    values = agents()
    assert cert_manager_values()["global"]["priorityClassName"] == CRITICAL
    assert kueue_values("fair")["controllerManager"]["manager"]["priorityClassName"] == CRITICAL
    assert values["prometheusOperator"]["priorityClassName"] == CRITICAL
    assert values["kube-state-metrics"]["priorityClassName"] == CRITICAL
    assert values["prometheus-node-exporter"]["priorityClassName"] == "system-node-critical"


def test_certificates_outlive_the_release():
    assert cert_manager_values()["crds"] == {"enabled": True, "keep": True}


def test_the_device_plugin_runs_on_gpu_nodes_of_every_team():
    values = device_plugin_values()
    [term] = values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert {"key": ACCELERATOR_LABEL, "operator": "Exists"} in term["matchExpressions"]
    assert {toleration["key"] for toleration in GPU_NODE_TOLERATIONS} == {
        "nvidia.com/gpu",
        "aws.amazon.com/neuron",
        "paved.dev/stack",
        "paved.dev/pool",
    }


def test_containerd_and_no_variable_is_told_which_gpus_a_pod_has():
    values = device_plugin_values()
    assert values["deviceListStrategy"] == "cdi-cri"
    assert values["nvidiaDriverRoot"] == "/"  # else the chart does not mount it, and CDI finds no driver


def test_a_gpu_does_not_bring_devices_of_infiniband():
    assert device_plugin_values()["mofedEnabled"] is False


def test_agents_that_see_every_gpu_have_what_a_shut_runtime_asks_of_them():
    for values in (device_plugin_values(), exporter_values()):
        assert values["securityContext"]["capabilities"]["add"] == ["SYS_ADMIN"]
        assert values["securityContext"]["runAsUser"] == 0


def test_nvidias_agents_stay_off_nodes_with_neuron_devices():
    [term] = GPU_NODES["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    others = {
        "key": ACCELERATOR_LABEL,
        "operator": "NotIn",
        "values": ["inferentia2", "trainium1", "trainium2"],
    }
    assert others in term["matchExpressions"]


def test_the_neuron_plugin_runs_on_the_neuron_nodes_of_every_team():
    values = neuron_plugin_values()
    assert {"trn1.32xlarge", "inf2.xlarge"} < set(values["neuronInstances"])
    assert not {"p5.48xlarge", "m7i.large"} & set(values["neuronInstances"])
    assert values["devicePlugin"]["namespaceOverride"] == "node-agents"
    assert values["devicePlugin"]["tolerations"] == GPU_NODE_TOLERATIONS


def test_the_efa_plugin_runs_on_the_nodes_with_efa_of_every_team_alone():
    values = efa_plugin_values()
    assert values["nodeSelector"] == {"paved.dev/efa": "true"}
    assert values["tolerations"] == GPU_NODE_TOLERATIONS


def test_the_efa_plugin_knows_every_type_that_a_pool_with_efa_may_have():
    [key] = efa_plugin_values()["supportedInstanceLabels"]["keys"]
    types = set(efa_plugin_values()["supportedInstanceLabels"]["values"])
    assert key == "node.kubernetes.io/instance-type"
    assert {"p5.48xlarge", "p4d.24xlarge", "g6e.12xlarge"} <= types
    assert not {"g6e.4xlarge", "m7i.48xlarge"} & types
