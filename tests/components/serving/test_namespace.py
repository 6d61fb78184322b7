import kubernetes_validate
import pulumi
import pytest

from components.serving.namespace import ServingNamespace, ServingNamespaceArgs
from components.serving.quota import MOST_OBJECTS, NamespaceLimits
from paved.render import is_manifest

ARGS = ServingNamespaceArgs(
    stack="vision-prod",
    labels={"team": "vision", "cost-center": "CC-2040", "paved.dev/stack": "vision-prod"},
    kubernetes_version="1.35",
    quota=NamespaceLimits(
        vcpus=512, memory_gib=4096, gpus=48, neurons=16, efas=128, pods=200, storage_gib=500
    ),
    vpc_cidr="10.16.0.0/16",
    monitoring_namespace="monitoring",
    endpoints_only=False,
    nodes=[],
    identities=[],
    groups={"develop": ["paved:vision-prod"]},
    protect=True,
)


@pytest.fixture
def plan(plan_program):
    def run(**changes):
        args = ServingNamespaceArgs(**{**vars(ARGS), **changes})
        return plan_program(lambda: ServingNamespace("vision-prod", args))

    return run


@pytest.fixture
def objects(plan):
    return [resource.inputs for resource in plan().resources if is_manifest(resource)]


def test_plan_matches_golden(plan, golden):
    golden("components/serving_namespace.json", plan().as_json()["resources"])


def test_every_object_is_valid_to_the_letter(objects):
    assert len(objects) == 18
    for manifest in objects:
        kubernetes_validate.validate(manifest, "1.35", strict=True)


def test_the_namespace_is_restricted_at_the_clusters_own_version(plan):
    labels = plan(kubernetes_version="1.36").one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    pod_security = {key: value for key, value in labels.items() if key.startswith("pod-security.")}
    assert pod_security == {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "v1.36",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "v1.36",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "v1.36",
    }


def test_every_object_is_in_the_namespace_and_labelled(objects):
    for manifest in objects:
        assert manifest["metadata"]["labels"].items() >= ARGS.labels.items()
        if manifest["kind"] != "Namespace":
            assert manifest["metadata"]["namespace"] == "vision-prod"


def test_every_object_waits_for_the_namespace(plan):
    planned = plan()
    namespace = planned.one("kubernetes:core/v1:Namespace")
    assert namespace.inputs["metadata"]["name"] == "vision-prod"
    for resource in planned.resources:
        if is_manifest(resource) and resource is not namespace:
            assert namespace.urn in resource.depends_on


def test_nodes_outlive_the_namespace_and_identities_precede_their_accounts(plan_program):
    def program():
        nodes, identity = pulumi.CustomResource("test:m:Nodes", "n"), pulumi.CustomResource("test:m:Id", "i")
        args = {**vars(ARGS), "nodes": [nodes], "identities": [identity]}
        ServingNamespace("vision-prod", ServingNamespaceArgs(**args))

    planned = plan_program(program)
    [nodes], [identity] = planned.of("test:m:Nodes"), planned.of("test:m:Id")
    assert nodes.urn in planned.one("kubernetes:core/v1:Namespace").depends_on
    for account in planned.of("kubernetes:core/v1:ServiceAccount"):
        assert identity.urn in account.depends_on


@pytest.mark.parametrize("protect", [True, False])
def test_the_namespace_is_protected_as_asked(plan, protect):
    assert plan(protect=protect).one("kubernetes:core/v1:Namespace").protect is protect


def test_the_namespace_has_half_an_hour_to_go_away(plan):
    assert plan().one("kubernetes:core/v1:Namespace").delete_timeout == "30m"


def test_a_service_account_gets_no_token_by_itself(plan):
    accounts = plan().of("kubernetes:core/v1:ServiceAccount")
    assert {a.inputs["metadata"]["name"] for a in accounts} == {"trainer", "server", "promoter"}
    assert all(account.inputs["automountServiceAccountToken"] is False for account in accounts)


def test_the_members_group_is_bound_to_the_members_role(plan):
    binding = plan().one("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").inputs
    assert binding["roleRef"] == {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "Role",
        "name": "members",
    }
    assert [(s["kind"], s["name"]) for s in binding["subjects"]] == [("Group", "paved:vision-prod")]


def test_each_rights_has_a_role_of_its_own_and_every_group_that_holds_it(plan):
    groups = {
        "develop": ["paved:a"],
        "operate": ["paved:a:operate", "oidc:on-call"],
        "submit": ["paved:a:submit"],
    }
    planned = plan(groups=groups)
    bound = {}
    for binding in planned.of("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"):
        name = binding.inputs["roleRef"]["name"]
        bound[name] = [subject["name"] for subject in binding.inputs["subjects"]]
    assert bound == {"members": groups["develop"], "operate": groups["operate"], "submit": groups["submit"]}
    assert len(planned.of("kubernetes:rbac.authorization.k8s.io/v1:Role")) == 3


def test_gpus_and_services_are_capped(plan):
    hard = plan().one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert {kind: most for kind, most in hard.items() if kind not in MOST_OBJECTS} == {
        "requests.cpu": "512",
        "requests.memory": "4096Gi",
        "limits.memory": "4096Gi",
        "requests.nvidia.com/gpu": "48",
        "requests.aws.amazon.com/neuron": "16",
        "requests.aws.amazon.com/neuroncore": "0",
        "requests.vpc.amazonaws.com/efa": "128",
        "requests.storage": "500Gi",
        "pods": "200",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def test_a_container_that_asks_for_nothing_gets_what_the_quota_counts(plan):
    planned = plan()
    [limits] = planned.one("kubernetes:core/v1:LimitRange").inputs["spec"]["limits"]
    hard = planned.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    counted = {key.removeprefix("requests.") for key in hard if key in {"requests.cpu", "requests.memory"}}
    assert set(limits["defaultRequest"]) == counted
    assert set(limits["default"]) == {"memory"}
    assert limits["type"] == "Container"


def test_objects_that_members_write_are_counted(plan):
    hard = plan().one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    written = {"configmaps", "cronjobs.batch", "jobs.batch", "rayclusters.ray.io", "rayjobs.ray.io"}
    written |= {"jobsets.jobset.x-k8s.io", "trainjobs.trainer.kubeflow.org"}
    assert {f"count/{kind}" for kind in written} <= set(hard)
    assert hard["persistentvolumeclaims"] == "100"


def test_a_namespace_without_a_log_group_says_so(plan_program):
    args = ServingNamespaceArgs(**{**vars(ARGS), "keeps_logs": False})
    plan = plan_program(lambda: ServingNamespace("vision", args))
    labels = plan.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["paved.dev/logs"] == "not-kept"
