import kubernetes_validate
import pulumi
import pytest

from components.charts import (
    CHARTS,
    JUPYTERHUB,
    KUEUE,
    NEURON,
    owner,
)
from paved.render import is_manifest
from reference.releases import release
from reference.vocabulary import UNKNOWN
from stacks.program.platform import build_platform
from stacks.program.platform_outputs import CLUSTER
from stacks.program.stack_references import contract
from stacks.schema.security_level import signatures_required
from tests.stacks.program.plans import RELEASE, installed

NAMESPACE = "kubernetes:core/v1:Namespace"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"

SAMPLES = ("platform-dev", "platform-prod", "platform-risk")
FOUNDATION = {
    "alerts": {
        "topic_arn": "arn:aws:sns:us-east-1:111122223333:paved-foundation-prod-alerts",
        "runbooks_url": "https://git.example.com/runbooks",
    },
    "contract": contract("foundation"),
    "network": {
        "vpc_id": UNKNOWN,
        "vpc_cidr": "10.16.0.0/16",
        "private_subnets": {"use1-az2": UNKNOWN},
        "zones": ["use1-az2"],
        "private_mlflow": False,
    },
    "storage": {"drivers": ["fsx-lustre"], "lustre_security_group_id": UNKNOWN},
    "datasets": {"images": {"bucket": "the-bucket", "prefix": "images/"}},
    "cluster": {
        **{key: UNKNOWN if key == "endpoint" else f"the-{key}" for key in CLUSTER},
        "team_node_role_names": {"vision": "node-vision"},
    },
    "kubeconfig": UNKNOWN,
    "identity": {"team_boundary_arn": "the-boundary", "ci": {}},
    "registry": {
        "host": "registry.example.com",
        "upstreams": ["quay.io"],
        "signing_key": "awskms:///arn:aws:kms:us-east-1:1:alias/signing",
    },
}


@pytest.fixture
def prod(plan_stack):
    return plan_stack("platform-prod")


@pytest.fixture
def plan(plan_program, valid):
    """Plan the valid platform with changes by dotted path."""

    def run(changes=None):
        stack = valid.platform(changes)

        def program():
            for key, value in build_platform("platform-prod", stack).items():
                pulumi.export(key, value)

        return plan_program(program, stack="platform-prod", references={stack.foundation: FOUNDATION})

    return run


def objects(plan):
    """The Kubernetes objects outside charts."""
    return [resource for resource in plan.resources if is_manifest(resource)]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_platform_is_made_of(plan_stack, golden, name):
    listing = [
        f"{resource.urn.split('::', 2)[2]}{' (protected)' if resource.protect else ''}\n"
        for resource in plan_stack(name).resources
    ]
    golden(f"stacks/{name}.txt", "".join(listing))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_chart_is_installed_once_at_the_version_of_the_release(planner, plan_stack, name):
    releases = plan_stack(name).of(RELEASE)
    options = planner.config(name).stack
    left_out = set() if options.events.keda else {"keda"}
    left_out |= set() if options.queues.frameworks else {"kubeflow-trainer", "kuberay-operator"}
    left_out |= set() if signatures_required(options) else {"policy-controller"}
    left_out |= set() if options.monitoring.keep_logs else {"fluent-bit"}
    left_out |= set() if options.monitoring.probes else {"prometheus-blackbox-exporter"}
    left_out |= set() if options.monitoring.traces else {"opentelemetry-collector"}
    left_out |= {NEURON.name}  # no sample has a class that needs it
    left_out |= {JUPYTERHUB.name}  # of teams
    assert len(releases) == len(CHARTS) - len(left_out)
    wanted = {chart: at for chart, at in release("2026.11").charts.items() if chart not in left_out}
    assert {r.inputs["name"]: r.inputs["version"] for r in releases} == wanted


@pytest.mark.parametrize("name", SAMPLES)
def test_everything_lives_in_the_foundations_cluster(plan_stack, name):
    plan = plan_stack(name)
    providers = {r.name: r for r in plan.resources if r.type.startswith("pulumi:providers:")}
    assert len({provider.inputs["kubeconfig"] for provider in providers.values()}) == 1
    # Those that a chart's folder defines are there already after Helm made them, or after a destroy.
    assert providers["kubernetes-definitions"].inputs["upsertExistingObjects"] == "true"
    customs = [r for r in plan.resources if r.custom and r.type.startswith("kubernetes:")]
    assert {resource.provider for resource in customs} == {providers["kubernetes"].urn}
    assert not [r for r in plan.resources if r.type.startswith("aws:")]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_built_in_object_is_one_that_kubernetes_knows(plan_stack, name):
    checked = 0
    for resource in objects(plan_stack(name)):
        try:
            kubernetes_validate.validate(resource.inputs, "1.35", strict=True)
            checked += 1
        except kubernetes_validate.SchemaNotFoundError:
            assert owner(resource.inputs["apiVersion"], resource.inputs["kind"])
    assert checked >= 12


@pytest.mark.parametrize("name", SAMPLES)
def test_every_object_says_who_pays_for_it(plan_stack, name):
    for resource in objects(plan_stack(name)):
        labels = resource.inputs["metadata"]["labels"]
        assert {"cost-center", "environment", "service", "team"} <= set(labels), resource.urn


def test_what_other_stacks_read(plan):
    outputs = plan().outputs
    assert outputs["contract"] == contract("platform")
    assert outputs["foundation"] == "foundation-prod"
    assert outputs["cluster"] == {key: FOUNDATION["cluster"][key] for key in CLUSTER}
    assert outputs["network"]["vpc_cidr"] == "10.16.0.0/16"
    assert outputs["network"]["zones"] == ["use1-az2"]
    assert outputs["datasets"] == FOUNDATION["datasets"]
    assert outputs["registry"] == FOUNDATION["registry"]
    assert outputs["kubeconfig"] is UNKNOWN
    assert outputs["monitoring"] == {
        "namespace": "monitoring",
        "prometheus_url": "http://prometheus-operated.monitoring.svc:9090",
        "runbooks_url": "https://git.example.com/runbooks",
    }
    assert outputs["nodes"] == {
        "ami_alias": "al2023@v20260714",
        "role_name": "the-node_role_name",
        "team_role_names": {"vision": "node-vision"},
        "discovery_tag": "the-name",
        "volumes_key_arn": "the-volumes_key_arn",
    }


def test_a_team_finds_the_flavor_of_its_accelerator(plan):
    capacity = [{"accelerator": "h100", "gpus": 8}, {"accelerator": "t4", "gpus": 4}]
    queues = plan({"queues.capacity": capacity}).outputs["queues"]
    assert (queues["cohort"], queues["flavors"]) == ("teams", {"h100": "h100", "t4": "t4"})


def test_a_job_finds_the_classes_that_it_can_name(plan):
    assert plan().outputs["queues"]["priorities"] == ["production-retraining", "experiment"]


def test_how_teams_share_is_in_kueues_configuration(plan):
    values = {
        sharing: str(installed(plan({"queues.sharing": sharing}), KUEUE.name).inputs["values"])
        for sharing in ("first-come", "fair", "fair-eager")
    }
    assert ["fairSharing" in text for text in values.values()] == [False, True, True]
    assert ["LessThanInitialShare" in text for text in values.values()] == [False, False, True]


def test_an_unknown_foundation_leaves_names_known(plan):
    """Before a foundation is deployed its endpoint is unknown; the plan of its platform says the rest."""
    settings = installed(plan(), "karpenter").inputs["values"]["settings"]
    assert (settings["clusterName"], settings["interruptionQueue"]) == (
        "the-name",
        "the-interruption_queue_name",
    )


def protected(plan):
    return sorted(
        r.inputs["metadata"]["name"] if r.type == NAMESPACE else r.inputs["name"]
        for r in plan.resources
        if r.protect
    )


def test_what_would_take_every_teams_objects_along_is_protected(plan):
    with_all = plan(
        {"queues.frameworks": ["ray", "trainer"], "events": {"keda": True}, "signatures": {"required": True}}
    )
    assert protected(with_all) == sorted([*(chart.name for chart in CHARTS if chart.crds), "monitoring"])


@pytest.mark.parametrize("change", [{"environment": "dev"}, {"lifecycle": "retiring"}])
def test_a_platform_in_dev_or_about_to_retire_can_be_destroyed(plan, change):
    assert protected(plan(change)) == []


@pytest.mark.parametrize(("environment", "replicas"), [("dev", 1), ("prod", 2)])
def test_outside_dev_the_metrics_store_survives_the_loss_of_a_part(plan, environment, replicas):
    values = installed(plan({"environment": environment}), "kube-prometheus-stack").inputs["values"]
    assert values["prometheus"]["prometheusSpec"]["replicas"] == replicas


def test_a_platform_for_one_team_refuses_every_other(plan_stack):
    rules = str([r.inputs for r in objects(plan_stack("platform-risk")) if "Admission" in r.inputs["kind"]])
    assert "serves the team risk alone" in rules
    assert "in ['regulated']" in rules


def test_capacity_is_what_the_alert_on_promises_compares_with(plan):
    alerts = str(plan({"queues.capacity": [{"accelerator": "b200", "gpus": 72}]}).of(RULE))
    assert 'flavor="b200"' in alerts
    assert "> 72" in alerts


def test_the_neuron_plugin_comes_with_the_first_class_that_needs_it(plan):
    names = {release.inputs["name"] for release in plan().of(RELEASE)}
    capacity = [{"accelerator": "l40s", "gpus": 8}, {"accelerator": "trainium1", "gpus": 32}]
    more = {release.inputs["name"] for release in plan({"queues.capacity": capacity}).of(RELEASE)}
    assert more - names == {NEURON.name}


def test_signed_images_are_of_the_registry_and_key_of_the_foundation(plan):
    [policy] = [
        each.inputs["spec"]
        for each in objects(plan({"signatures": {"required": True}}))
        if each.inputs["metadata"]["name"] == "team-images"
    ]
    assert policy["images"] == [{"glob": "registry.example.com/*-prod/**"}]
    assert policy["authorities"][0]["key"]["kms"] == FOUNDATION["registry"]["signing_key"]


def test_a_platform_asks_for_no_signature_below_the_level_that_does(plan):
    kinds = {each.inputs["kind"] for each in objects(plan({"security": "hardened"}))}
    assert "ClusterImagePolicy" not in kinds


def test_images_of_charts_come_from_where_the_foundation_holds_them(plan):
    values = {each.inputs["name"]: each.inputs["values"] for each in plan().of(RELEASE)}
    assert values["cert-manager"]["imageRegistry"] == "registry.example.com/upstream/quay.io"
    kueue = values["kueue"]["controllerManager"]["manager"]["image"]
    assert kueue["repository"] == "registry.k8s.io/kueue/kueue"
    plugin = values["aws-efa-k8s-device-plugin"]["image"]["repository"]
    assert plugin == "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/aws-efa-k8s-device-plugin"
