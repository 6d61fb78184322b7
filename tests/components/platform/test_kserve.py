import pulumi_kubernetes as k8s
import pytest

from components.charts import CHARTS
from components.platform.kserve import (
    KServe,
    KServeArgs,
    controller_values,
    runtime_values,
)
from reference.model_servers import MODEL_SERVERS
from reference.releases import release
from tests.image_names import PUBLISHED

RELEASE = "kubernetes:helm.sh/v3:Release"
IMAGES = release("2026.11").images


@pytest.fixture
def planned(plan_program):
    def program():
        before = [
            k8s.core.v1.Namespace(name, metadata=k8s.meta.v1.ObjectMetaArgs(name=name))
            for name in ("kserve", "cert-manager-is-ready")
        ]
        KServe(
            "kserve",
            KServeArgs(
                versions={chart.name: "v0.20.0" for chart in CHARTS},
                images=IMAGES,
                image_names=PUBLISHED,
                labels={"team": "platform"},
                namespace=before[0],
                after=before[1:],
                protect=True,
            ),
        )

    return plan_program(program)


def names(urns):
    return sorted(urn.rsplit("::", 1)[1] for urn in urns)


def test_definitions_then_controller_then_runtimes(planned):
    assert names(planned.one(RELEASE, "kserve-crd").depends_on) == ["kserve"]
    assert names(planned.one(RELEASE, "kserve").depends_on) == ["cert-manager-is-ready", "kserve-crd"]
    assert names(planned.one(RELEASE, "kserve-runtimes").depends_on) == ["kserve"]


def test_the_controller_that_every_endpoints_pod_passes_is_there_twice(planned):
    patch = planned.one("kubernetes:apps/v1:DeploymentPatch")
    assert patch.inputs["metadata"] == {"name": "kserve-controller-manager", "namespace": "kserve"}
    assert names(patch.depends_on) == ["kserve"]


def test_endpoints_are_plain_deployments_that_nobody_outside_reaches():
    controller = controller_values(IMAGES)["kserve"]["controller"]
    assert controller["deploymentMode"] == "Standard"
    assert controller["gateway"]["disableIngressCreation"] is True
    assert controller["gateway"]["domain"] == "svc.cluster.local"


def test_an_endpoints_address_is_that_of_its_service():
    template = controller_values(IMAGES)["kserve"]["controller"]["gateway"]["domainTemplate"]
    filled = template.replace("{{ .Name }}", "detector").replace("{{ .Namespace }}", "vision-prod")
    assert filled.replace("{{ .IngressDomain }}", "svc.cluster.local") == (
        "detector-predictor.vision-prod.svc.cluster.local"
    )


def test_model_servers_get_no_token_of_the_kubernetes_api():
    assert controller_values(IMAGES)["kserve"]["security"] == {"autoMountServiceAccountToken": False}


def test_the_runtimes_that_an_endpoint_may_name_are_on_and_the_others_off():
    runtimes = dict(runtime_values(IMAGES)["kserve"]["servingruntime"])
    assert runtimes.pop("enabled") is True
    enabled = {f"kserve-{name}" for name, settings in runtimes.items() if not settings["disabled"]}
    assert enabled == {server.runtime for server in MODEL_SERVERS.values()}
    assert len(runtimes) == 13


def test_what_serves_and_loads_models_is_the_image_of_the_release_row():
    runtimes = runtime_values(IMAGES)["kserve"]["servingruntime"]
    named = {name: runtimes[name] for name in ("huggingfaceserver", "mlserver", "tritonserver")}
    named["storage-initializer"] = controller_values(IMAGES)["kserve"]["storage"]
    pinned = {name: (each["image"], each["tag"]) for name, each in named.items()}
    assert pinned == {name: (each.repository, each.pin) for name, each in IMAGES.items()}


def test_the_image_for_gpus_keeps_its_tag():
    """KServe puts `-gpu` behind a tag without it where a replica has a GPU: no rule would have seen that image."""
    assert runtime_values(IMAGES)["kserve"]["servingruntime"]["huggingfaceserver"]["tag"].endswith("-gpu")


def test_models_are_loaded_by_the_regions_name_of_s3(planned):
    """The VPC's endpoint has no other in its private DNS. KServe merges the container into the endpoint's pod."""
    made = planned.one("kubernetes:serving.kserve.io/v1alpha1:ClusterStorageContainer")
    container = made.inputs["spec"]["container"]
    assert container["env"] == [{"name": "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "value": "regional"}]
    assert names(made.depends_on) == ["kserve"]


def test_one_container_loads_models_and_it_is_the_release_rows(planned):
    values = controller_values(IMAGES)["kserve"]
    # Else the chart makes one too, and KServe takes either.
    assert values["createSharedResources"] is False
    assert values["certManager"]["enabled"] is values["inferenceServiceConfig"]["enabled"] is True
    made = planned.one("kubernetes:serving.kserve.io/v1alpha1:ClusterStorageContainer").inputs["spec"]
    storage = values["storage"]
    assert made["container"]["image"] == f"{storage['image']}:{storage['tag']}"
    assert made["supportedUriFormats"] == [{"prefix": "s3://"}]
