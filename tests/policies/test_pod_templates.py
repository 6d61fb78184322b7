"""A pod is found wherever it stands, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.pod_templates import found_pods
from policies.resources import PODS, is_about, kind_of
from reference.vocabulary import UNKNOWN
from tests.policies.widening.pods import CARRIERS

POD = {"containers": [{"name": "main"}], "hostNetwork": True}
KEYS = st.sampled_from(["spec", "template", "podTemplate", "workers", "a", "jobTemplate", "replicas"])


def put(path, value):
    """An object with a value at a path, of which `0` is the first of a list."""
    for key in reversed(path):
        value = [value] if key == 0 else {key: value}
    return value


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_pod_is_found_in_every_kind_that_carries_one(kind):
    path = [0 if key == "0" else key for key in CARRIERS[kind].split(">")]
    shown = CARRIERS[kind].replace(">0", "[0]").replace(">", ".")
    assert [found for found, _ in found_pods(kind, put(path, POD))] == [shown]


@given(st.lists(KEYS, min_size=1, max_size=8), st.data())
def test_no_depth_and_no_list_hides_a_pod(keys, data):
    path = []
    for key in keys:
        path += [key, 0] if data.draw(st.booleans()) else [key]
    assert [spec for _, spec in found_pods("kubernetes:example.com/v1:Own", put(path, POD))] == [POD]


@pytest.mark.parametrize(
    "field", ["hostNetwork", "hostPID", "hostIPC", "serviceAccountName", "priorityClassName"]
)
def test_a_field_that_only_pods_have_makes_one_without_containers(field):
    changed = {"spec": {"overrides": [{"spec": {field: True}}]}}
    assert [path for path, _ in found_pods("kubernetes:example.com/v1:Own", changed)] == [
        "spec.overrides[0].spec"
    ]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("kubernetes:core/v1:ServiceAccount", {"automountServiceAccountToken": False, "secrets": []}),
        (
            "kubernetes:karpenter.sh/v1:NodePool",
            {"spec": {"template": {"spec": {"taints": [], "startupTaints": []}}}},
        ),
        (
            "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor",
            {"spec": {"nodeLabels": {}, "tolerations": [{}]}},
        ),
        ("kubernetes:core/v1:ConfigMap", {"data": {"containers": "many"}}),
        ("kubernetes:helm.sh/v3:Release", {"values": {"hostNetwork": True}}),
        ("kubernetes:serving.kserve.io/v1alpha1:TrainedModel", {"spec": {"model": {"uri": "s3://a"}}}),
        ("aws:ecs/taskDefinition:TaskDefinition", {"containers": [{"name": "main"}]}),
    ],
)
def test_what_has_no_pod_is_taken_for_none(kind, properties):
    assert list(found_pods(kind, properties)) == []


@pytest.mark.parametrize("key", ["template", "podTemplate", "containers", "predictor", "jobTemplate"])
def test_what_is_not_known_yet_may_be_a_pod(key):
    found = [spec for _, spec in found_pods("kubernetes:example.com/v1:Own", {"spec": {"a": {key: UNKNOWN}}})]
    assert UNKNOWN in found or found == [{key: UNKNOWN}]


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("kubernetes:extensions/v1beta1:DaemonSet", "kubernetes:apps/v1:DaemonSet"),
        ("kubernetes:extensions/v1beta1:Ingress", "kubernetes:networking.k8s.io/v1:Ingress"),
        ("kubernetes:batch/v1beta1:CronJobPatch", "kubernetes:batch/v1:CronJob"),
        (
            "kubernetes:autoscaling/v1:HorizontalPodAutoscaler",
            "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        ),
        (
            "kubernetes:rbac.authorization.k8s.io/v1alpha1:Role",
            "kubernetes:rbac.authorization.k8s.io/v1:Role",
        ),
        ("kubernetes:kueue.x-k8s.io/v1beta2:Cohort", "kubernetes:kueue.x-k8s.io/v1beta2:Cohort"),
        ("kubernetes:helm.sh/v4:Chart", "kubernetes:helm.sh/v4:Chart"),
        ("kubernetes:yaml/v2:ConfigGroup", "kubernetes:yaml/v2:ConfigGroup"),
    ],
)
def test_an_older_version_is_judged_as_the_kind_that_it_becomes(type, kind):
    assert kind_of(type) == kind


def test_a_rule_of_pods_is_about_every_kubernetes_object_and_no_other():
    assert is_about((PODS,), "kubernetes:example.com/v1:Own")
    assert not is_about((PODS,), "aws:s3/bucket:Bucket")
