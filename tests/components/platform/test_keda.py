import pytest

from components.platform.keda import Keda, KedaArgs, keda_values
from tests.image_names import PUBLISHED

ARGS = KedaArgs(
    version="2.20.2",
    kubernetes_version="1.35",
    image_names=PUBLISHED,
    labels={"team": "platform"},
    after=(),
    protect=True,
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Keda("platform-prod-keda", ARGS))


def test_it_has_a_namespace_of_the_strictest_level(planned):
    namespace = planned.one("kubernetes:core/v1:Namespace")
    labels = namespace.inputs["metadata"]["labels"]
    assert namespace.inputs["metadata"]["name"] == "keda"
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.35"
    assert namespace.urn in planned.one("kubernetes:helm.sh/v3:Release").depends_on


def test_the_chart_is_pinned_and_its_definitions_are_protected(planned):
    release = planned.one("kubernetes:helm.sh/v3:Release")
    assert (release.inputs["chart"], release.inputs["version"]) == ("keda", "2.20.2")
    assert release.protect


def test_its_service_account_is_the_one_with_the_pod_identity():
    """The chart calls it keda-operator unless told otherwise."""
    assert "serviceAccount" not in keda_values()


def test_it_scales_usual_kinds_and_reads_no_secret_of_another_namespace():
    values = keda_values()
    assert values["rbac"] == {"enabledCustomScaledRefKinds": False}
    restricted = {part: each["restrict"] for part, each in values["permissions"].items()}
    assert restricted == {"operator": {"secret": True}, "metricServer": {"secret": True}}


def test_autoscalers_can_ask_for_a_load_and_trust_who_answers():
    """Without the second, nothing patches the operator's own certificate into the APIService."""
    values = keda_values()
    assert values["metricsServer"] == {"enabled": True, "replicaCount": 2}
    assert "certificates" not in values


def test_it_stays_off_the_nodes_that_come_and_go():
    assert keda_values()["nodeSelector"] == {"paved.dev/pool": "system"}


def test_it_writes_in_the_namespaces_of_stacks_alone(planned):
    """The chart's role is for every namespace."""
    policy = planned.one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy")
    binding = planned.one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding")
    match = policy.inputs["spec"]["matchConstraints"]
    assert match["namespaceSelector"] == {
        "matchExpressions": [{"key": "paved.dev/stack", "operator": "DoesNotExist"}]
    }
    written = {rule["resources"][0] for rule in match["resourceRules"]}
    assert written == {"deployments/scale", "horizontalpodautoscalers", "jobs", "statefulsets/scale"}
    [condition] = policy.inputs["spec"]["matchConditions"]
    assert (
        condition["expression"] == "request.userInfo.username == 'system:serviceaccount:keda:keda-operator'"
    )
    assert binding.inputs["spec"]["policyName"] == policy.inputs["metadata"]["name"]
    assert binding.urn in planned.one("kubernetes:helm.sh/v3:Release").depends_on
