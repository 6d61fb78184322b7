from dataclasses import replace

import pulumi_kubernetes as k8s
import pytest

from components.charts import CHARTS
from components.monitoring.prometheus import Prometheus, PrometheusArgs, platform_targets
from components.monitoring.prometheus_values import MetricsStore, prometheus_values
from tests.image_names import PUBLISHED

RELEASE = "kubernetes:helm.sh/v3:Release"
MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
STORE = MetricsStore(
    cluster_name="cluster", storage_class="gp3", retention_days=40, storage_gib=400, replicas=2
)
ARGS = PrometheusArgs(
    stack="platform-prod",
    repair=True,
    placed_pools=["rack", "block"],
    versions={chart.name: "1.0.0" for chart in CHARTS},
    image_names=PUBLISHED,
    namespaces=[],
    store=STORE,
    capacity={"h100": 56},
    team="platform",
    labels={"team": "platform"},
    after=[],
    protect=True,
)
VALUES = prometheus_values(STORE)


@pytest.fixture
def planned(plan_program):
    def program():
        before = {
            name: k8s.core.v1.Namespace(name, metadata=k8s.meta.v1.ObjectMetaArgs(name=name))
            for name in ("namespace", "nodes")
        }
        args = replace(ARGS, namespaces=[before["namespace"]], after=[before["nodes"]])
        Prometheus("prometheus", args)

    return plan_program(program)


def names(urns):
    return sorted(urn.rsplit("::", 1)[1] for urn in urns)


def test_definitions_then_the_stack_then_its_objects(planned):
    assert names(planned.one(RELEASE, "prometheus-crds").depends_on) == ["namespace"]
    assert names(planned.one(RELEASE, "prometheus").depends_on) == ["nodes", "prometheus-crds"]
    for resource in (*planned.of(MONITOR), *planned.of(RULE)):
        assert names(resource.depends_on) == ["prometheus", "prometheus-crds"]


def test_the_address_of_runbooks_is_told_to_alerts_and_sent_with_none():
    spec = prometheus_values(replace(STORE, runbooks="https://git.example.com/runbooks"))["prometheus"][
        "prometheusSpec"
    ]
    assert spec["externalLabels"]["runbooks"] == "https://git.example.com/runbooks"
    assert spec["additionalAlertRelabelConfigs"] == [{"action": "labeldrop", "regex": "runbooks"}]


def test_monitors_and_rules_are_taken_from_every_namespace():
    spec = VALUES["prometheus"]["prometheusSpec"]
    for kind in ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor"):
        assert spec[f"{kind}SelectorNilUsesHelmValues"] is False


def test_what_eks_hides_is_not_scraped():
    for part in ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler"):
        assert VALUES[part] == {"enabled": False}


def test_no_password_is_made_up():
    assert VALUES["grafana"] == {"enabled": False}


def test_the_store_is_full_before_its_volume_is():
    spec = VALUES["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert (spec["retention"], spec["retentionSize"]) == ("40d", "340GiB")
    assert claim["resources"]["requests"]["storage"] == "400Gi"
    assert claim["storageClassName"] == "gp3"


def test_alertmanager_has_the_account_that_the_foundation_gave_an_identity():
    assert VALUES["alertmanager"]["serviceAccount"]["name"] == "alertmanager"


def test_a_teams_route_sees_its_own_alerts_alone():
    spec = VALUES["alertmanager"]["alertmanagerSpec"]
    assert spec["alertmanagerConfigMatcherStrategy"] == {"type": "OnNamespaceExceptForAlertmanagerNamespace"}


@pytest.mark.parametrize(("replicas", "kept"), [(1, False), (2, True)])
def test_a_single_replica_can_be_evicted(replicas, kept):
    values = prometheus_values(replace(STORE, replicas=replicas))
    for part in ("alertmanager", "prometheus"):
        assert values[part]["podDisruptionBudget"] == {"enabled": kept}


def test_the_platforms_controllers_are_scraped_where_they_are():
    targets = platform_targets()
    assert {name: spec["namespaceSelector"]["matchNames"] for name, spec in targets.items()} == {
        "cert-manager": ["cert-manager"],
        "karpenter": ["kube-system"],
        "kueue": ["kueue-system"],
    }


def test_kueue_is_asked_with_a_token():
    [endpoint] = platform_targets()["kueue"]["endpoints"]
    assert endpoint["scheme"] == "https"
    assert endpoint["bearerTokenFile"].endswith("serviceaccount/token")
