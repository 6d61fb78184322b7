"""What Helm makes of each chart with our values, beside what the rest of a plan believes of it."""

import os
import re
from ipaddress import ip_network

import pytest

from components.charts import CHARTS
from reference.chart_images import chart_images, images_of
from reference.model_servers import MODEL_SERVERS
from tests.charts.effects import leaves, without_effect
from tests.charts.objects import (
    accounts,
    find,
    images,
    is_pinned,
    kind_of,
    kinds_defined,
    labels_match,
    mentioned,
    pod_labels,
    published,
    serving_runtimes,
    webhook_deployments,
)
from tests.charts.rendering import PLATFORMS, SOURCES, UNKNOWN_TEXT, NotRendered, plain

BY_NAME = {chart.name: chart for chart in CHARTS}
EACH = pytest.mark.parametrize("chart", sorted(BY_NAME), indirect=True)
OWNED_ELSEWHERE = {kind for chart in CHARTS for kind in chart.crds}
MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
PATCH = "kubernetes:apps/v1:DeploymentPatch"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
OF_DEFINITIONS = {"karpenter-crd", "kserve-crd", "prometheus-operator-crds"}
"""Charts of definitions alone. Every other one starts containers, and has values of ours."""
CLOSING = {
    "aws-load-balancer-controller": {"aws-load-balancer-controller"},
    "cert-manager": {"cert-manager-webhook"},
    "kserve-resources": {"kserve-controller-manager"},
    "kubeflow-trainer": {"jobset-controller", "kubeflow-trainer-controller-manager"},
    "kueue": {"kueue-controller-manager"},
    "policy-controller": {"policy-controller-webhook"},
}
"""The Deployments of each chart whose webhooks refuse when nobody answers; a chart that is not here has none."""
TOOLS = {chart.name: set() for chart in CHARTS} | {"jupyterhub": {"public.ecr.aws/aws-cli/aws-cli"}}
"""Images of the release row's tools in the values of a chart."""
PATCHED = {
    "platform-prod": {
        "jobset-controller",
        "kubeflow-trainer-controller-manager",
        "kserve-controller-manager",
    },
    "platform-risk": {"kserve-controller-manager"},
}
MONITORED = {
    "platform-prod": {
        "cert-manager",
        "karpenter",
        "kubeflow-trainer",
        "kuberay-operator",
        "kueue",
        "platform-gpus",
        "platform-probes",
    },
    "platform-risk": {"cert-manager", "karpenter", "kueue", "platform-gpus"},
}
"""What the tests below go through by platform, so that a plan which lost one cannot pass them."""
DCGM = re.compile(r"DCGM_[A-Z0-9_]+")
ACCOUNT = re.compile(r"system:serviceaccount:([a-z0-9-]+):([a-z0-9-]+)")


@EACH
def test_every_value_has_an_effect(chart):
    assert bool([*leaves(chart.values)]) == (chart.name not in OF_DEFINITIONS)
    assert without_effect(chart) == []


@EACH
def test_no_image_moves(chart):
    found = images(chart.manifests)
    assert [image for image in found if not is_pinned(image)] == []
    assert bool(found) == (chart.name not in OF_DEFINITIONS)


@EACH
def test_no_image_is_pulled_from_a_registry_of_others(chart, own_registries):
    """Every sample platform promises `hardened` or more."""
    found = {*images(chart.manifests), *mentioned(chart.text(chart.values))}
    assert [image for image in sorted(found) if not image.startswith(tuple(own_registries))] == []


@EACH
def test_the_images_that_a_chart_starts_are_those_it_is_listed_with(chart, own_registries):
    """So that nodes may pull them, and pull no others."""
    # Beside a tool of the row, which runs for a hub before it starts.
    listed = {image for each in images_of(chart.name) for image in each.images} | TOOLS[chart.name]
    text = chart.text(chart.values)
    started = {re.split(r"[:@]", published(name, own_registries))[0] for name in images(chart.manifests)}
    named = {re.split(r"[:@]", published(name, own_registries))[0] for name in mentioned(text)}
    assert started - listed == set()
    assert listed - started - named == set()


@pytest.mark.parametrize("row", chart_images(), ids=lambda row: f"{row.chart} {'.'.join(row.value)}")
def test_a_value_that_is_left_out_lets_a_chart_pull_elsewhere(rendered, own_registries, row):
    if row.chart not in rendered:
        pytest.skip(f"the folder of sources lacks {row.chart}")
    chart = rendered[row.chart]
    before = {published(name, own_registries) for name in mentioned(chart.text(chart.values))}
    try:
        text = chart.text(without(plain(chart.values), row.value))
    except NotRendered:  # a chart that demands the value pulls nothing without it
        text = ""
    after = {name for name in mentioned(text) if name.startswith(tuple(own_registries))}
    still = {re.split(r"[:@]", published(name, own_registries))[0] for name in after}
    assert {re.split(r"[:@]", name)[0] for name in before} >= {*row.images}
    assert still & {*row.images} == set()


def without(values, path):
    """Values with one left out."""
    key, *rest = path
    kept = {name: item for name, item in values.items() if name != key}
    return {**kept, key: without(values[key], rest)} if rest else kept


@EACH
def test_a_chart_defines_the_kinds_that_it_is_listed_with(chart):
    listed = BY_NAME[chart.name]
    of_folder = kinds_defined(chart.folder_definitions)
    assert of_folder - (OWNED_ELSEWHERE - {*listed.crds}) == {*listed.folder_crds}
    assert kinds_defined(chart.manifests) | {*listed.folder_crds} == {*listed.crds}


@EACH
def test_a_controller_whose_webhook_fails_closed_is_there_twice(chart, planner):
    """Priority, replicas and a budget come from the chart or from a patch of ours."""
    patched = {each.inputs["metadata"]["name"] for each in of_plans(planner, PATCH)}
    budgets = [each["spec"]["selector"]["matchLabels"] for each in chart.of("PodDisruptionBudget")]
    deployments = webhook_deployments(chart.manifests)
    assert {each["metadata"]["name"] for each in deployments} == CLOSING.get(chart.name, set())
    for deployment in deployments:
        name, spec = deployment["metadata"]["name"], deployment["spec"]
        if name in patched:
            continue
        assert spec.get("replicas", 1) >= 2, name
        assert spec["template"]["spec"].get("priorityClassName"), name
        assert any(labels_match(budget, pod_labels(deployment)) for budget in budgets), name


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_patch_is_of_a_deployment_that_a_chart_makes(rendered, planner, platform):
    patches, budgets = (planner.plan(platform).of(kind) for kind in (PATCH, BUDGET))
    assert {each.inputs["metadata"]["name"] for each in patches} == PATCHED[platform]
    assert {each.inputs["metadata"]["name"] for each in budgets} == PATCHED[platform]
    for patch in patches:
        metadata, spec = patch.inputs["metadata"], patch.inputs["spec"]["template"]["spec"]
        deployment = find(rendered, "Deployment", metadata["namespace"], metadata["name"])
        assert deployment["spec"]["template"]["spec"]["serviceAccountName"] == spec["serviceAccountName"]
        assert deployment["spec"].get("replicas", 2) == patch.inputs["spec"]["replicas"], (
            "Helm would set it back"
        )
        for spread in spec["topologySpreadConstraints"]:
            assert labels_match(spread["labelSelector"]["matchLabels"], pod_labels(deployment))
    for budget in budgets:
        metadata = budget.inputs["metadata"]
        deployment = find(rendered, "Deployment", metadata["namespace"], metadata["name"])
        assert labels_match(budget.inputs["spec"]["selector"]["matchLabels"], pod_labels(deployment))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_monitor_selects_a_service_and_a_port_that_a_chart_makes(rendered, planner, platform):
    monitors = planner.plan(platform).of(MONITOR)
    assert {each.inputs["metadata"]["name"] for each in monitors} == MONITORED[platform]
    for monitor in monitors:
        spec = monitor.inputs["spec"]
        [namespace] = spec["namespaceSelector"]["matchNames"]
        wanted = spec["selector"]["matchLabels"]
        services = [
            each
            for chart in rendered.values()
            for each in chart.of("Service")
            if each["metadata"].get("namespace", chart.namespace) == namespace
        ]
        selected = [each for each in services if labels_match(wanted, each["metadata"].get("labels", {}))]
        assert selected, (monitor.name, namespace, wanted)
        for endpoint in spec["endpoints"]:
            ports = {port.get("name") for each in selected for port in each["spec"]["ports"]}
            assert endpoint["port"] in ports, (monitor.name, endpoint["port"], ports)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_account_that_a_plan_names_is_one_that_a_chart_makes(rendered, planner, platform):
    plan = planner.plan(platform)
    foundation = planner.plan(planner.config(platform).stack.foundation)
    made = {account for chart in rendered.values() for account in accounts(chart)}
    namespaces = {namespace for namespace, _ in made} - {"kube-system"}
    named = {match for each in plan.resources for match in ACCOUNT.findall(str(each.inputs))}
    named |= {
        (each.inputs["namespace"], each.inputs["serviceAccount"])
        for each in foundation.resources
        if each.type.endswith(":PodIdentityAssociation")
    }
    known = {each for each in named if each[0] in namespaces or each in made}
    assert known and {each for each in known if each not in made} == set()


@EACH
def test_a_block_of_addresses_in_a_network_policy_is_one(chart):
    """The API server refuses another, and the whole release with it; Helm renders it all the same."""
    for policy in chart.of("NetworkPolicy"):
        for rule in [*policy["spec"].get("ingress", []), *policy["spec"].get("egress", [])]:
            for peer in [*rule.get("from", []), *rule.get("to", [])]:
                cidr = peer.get("ipBlock", {}).get("cidr", UNKNOWN_TEXT)
                assert cidr == UNKNOWN_TEXT or ip_network(cidr), policy["metadata"]["name"]


def test_every_chart_of_the_release_row_is_at_hand_where_registries_are(rendered):
    if os.environ[SOURCES] == "online":
        assert {*rendered} == {*BY_NAME}
    assert len(rendered) >= len(BY_NAME) // 2, "a folder of sources has most of the charts"


def test_the_runtimes_that_endpoints_name_are_on_and_no_other(rendered):
    chart = rendered["kserve-runtime-configs"]
    offered = {each["metadata"]["name"]: each for each in serving_runtimes(chart.manifests)}
    # The chart has one switch for Hugging Face's two, of which no endpoint names the one of several nodes.
    assert {*offered} == {
        *{server.runtime for server in MODEL_SERVERS.values()},
        "kserve-huggingfaceserver-multinode",
    }
    assert all(kind_of(each) == "serving.kserve.io/ClusterServingRuntime" for each in offered.values())


def test_a_metric_of_an_alert_is_one_that_a_chart_exports(rendered, planner):
    expressions = str([each.inputs["spec"] for each in of_plans(planner, RULES)])
    assert len(DCGM.findall(expressions)) > 5
    exported = str(rendered["dcgm-exporter"].of("ConfigMap"))
    assert {name for name in DCGM.findall(expressions) if name not in exported} == set()
    [metrics] = [
        each
        for each in rendered["kube-prometheus-stack"].of("Deployment")
        if each["metadata"]["name"].endswith("kube-state-metrics")
    ]
    labels = re.sub(r"[^a-z0-9,=\[]", "_", str(metrics["spec"]["template"]["spec"]["containers"]))
    of_nodes = set(re.findall(r"label_(paved_dev_[a-z_]+)", expressions))
    assert of_nodes and {label for label in of_nodes if label not in labels} == set()


def of_plans(planner, kind):
    for platform in PLATFORMS:
        yield from planner.plan(platform).of(kind)
