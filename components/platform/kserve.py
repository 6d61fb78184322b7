"""KServe: definitions, controller, then the model servers that endpoints may name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Output, Resource, ResourceOptions

from components.charts import KSERVE_CRD, KSERVE_RESOURCES, KSERVE_RUNTIME_CONFIGS, Chart
from components.images import ImageNames
from components.platform.high_availability import HighAvailability, HighAvailabilityArgs
from components.platform.operator import SYSTEM_NODES, Operator, OperatorArgs
from reference.releases import PinnedImage
from reference.vocabulary import REGIONAL_BUCKETS

CONTROLLER = "kserve-controller-manager"
CLUSTER_DOMAIN = "svc.cluster.local"
OFFERED_RUNTIMES = ("huggingfaceserver", "mlserver", "tritonserver")
"""The model servers of the schema's `runtime`. With the first comes one of several nodes, which nothing names."""

STORAGE_INITIALIZER = "storage-initializer"
"""The image that loads a model, by its name in a release row."""

OTHER_RUNTIMES = (
    "autogluonserver",
    "lgbserver",
    "paddleserver",
    "pmmlserver",
    "predictiveserver",
    "sklearnserver",
    "tensorflow",
    "torchserve",
    "vllmserver",
    "xgbserver",
)


@dataclass(frozen=True, kw_only=True)
class KServeArgs:
    """`after` is what must be ready before the controller: its namespace, cert-manager, the Service webhook."""

    versions: Mapping[str, str]  # chart name -> version
    images: Mapping[str, PinnedImage]
    image_names: ImageNames
    labels: Mapping[str, str]
    namespace: Resource
    after: Sequence[Resource]
    protect: bool


class KServe(ComponentResource):
    """The controller of InferenceServices in Standard mode: plain Deployments, no mesh, no ingress of its own."""

    def __init__(self, name: str, args: KServeArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:KServe", name, {}, opts)
        self._args = args
        crds = self._install(f"{name}-crd", KSERVE_CRD, {}, [args.namespace])
        controller = self._install(
            name, KSERVE_RESOURCES, controller_values(args.images), [crds, *args.after]
        )
        k8s.apiextensions.CustomResource(
            f"{name}-storage",
            api_version="serving.kserve.io/v1alpha1",
            kind="ClusterStorageContainer",
            metadata=k8s.meta.v1.ObjectMetaArgs(name="s3", labels=dict(args.labels)),
            spec=storage_container(args.images[STORAGE_INITIALIZER], args.image_names),
            opts=ResourceOptions(parent=self, depends_on=[controller]),
        )
        runtimes = self._install(
            f"{name}-runtimes", KSERVE_RUNTIME_CONFIGS, runtime_values(args.images), [controller]
        )
        # Every pod of an endpoint passes its webhook, and the chart runs one replica without a priority.
        HighAvailability(
            f"{name}-replicas",
            HighAvailabilityArgs(
                deployment=CONTROLLER,
                namespace=KSERVE_RESOURCES.namespace,
                selector={"control-plane": CONTROLLER},
                labels=args.labels,
                after=[controller],
            ),
            ResourceOptions(parent=self),
        )
        self.releases: Sequence[Resource] = (crds, controller, runtimes)
        self.register_outputs({})

    def _install(
        self, name: str, chart: Chart, values: Mapping[str, Any], after: Sequence[Resource]
    ) -> Resource:
        args = OperatorArgs(
            chart=chart,
            version=self._args.versions[chart.name],
            values=values,
            image_names=self._args.image_names,
            after=after,
            protect=self._args.protect,
        )
        return Operator(name, args, ResourceOptions(parent=self)).release


def image_globs(images: Mapping[str, PinnedImage], names: ImageNames) -> list[Output[str]]:
    """The patterns of signature policies for the images that KServe runs in teams' namespaces.

    Each is of one repository, by the name that nodes pull. An image that the row names by digest passes at that digest
    alone, another one at any.
    """
    return [_glob(names.of(each.repository), each.digest or "sha256:*") for each in images.values()]


def _glob(name: Output[str], digest: str) -> Output[str]:
    return name.apply(lambda repository: f"{_full_name(repository)}@{digest}")


def _full_name(repository: str) -> str:
    # The controller compares with the name that a client resolves, which is not what people write.
    host, _, path = repository.partition("/")
    return f"index.{repository}" if host == "docker.io" and path else repository


def controller_values(images: Mapping[str, PinnedImage]) -> dict[str, Any]:
    """Values of `kserve-resources`. Endpoints get the name of their Service, and no pod a token it did not ask for."""
    return {
        "kserve": {
            "controller": {
                # The chart's default is Knative, which no platform here installs.
                "deploymentMode": "Standard",
                "nodeSelector": SYSTEM_NODES,
                "resources": {
                    "requests": {"cpu": "100m", "memory": "512Mi"},
                    "limits": {"cpu": "1", "memory": "1Gi"},  # the chart's own 100m would throttle it
                },
                "gateway": {
                    "domain": CLUSTER_DOMAIN,
                    "domainTemplate": "{{ .Name }}-predictor.{{ .Namespace }}.{{ .IngressDomain }}",
                    "disableIngressCreation": True,
                    "disableIstioVirtualHost": True,
                },
            },
            "security": {"autoMountServiceAccountToken": False},
            # All that is shared but the container that loads models, whose template has no place for variables. The
            # chart reads `enabled: false` of that one as left out.
            "createSharedResources": False,
            "certManager": {"enabled": True},
            "inferenceServiceConfig": {"enabled": True},
            "storage": _image(images[STORAGE_INITIALIZER]),
        }
    }


def storage_container(pinned: PinnedImage, names: ImageNames) -> dict[str, Any]:
    """The container that loads a model from S3, as the chart has it, but that boto3 names S3 by its region."""
    return {
        "container": {
            "name": STORAGE_INITIALIZER,
            "image": names.pinned(pinned),
            "imagePullPolicy": "IfNotPresent",
            "env": [{"name": name, "value": value} for name, value in REGIONAL_BUCKETS.items()],
            "resources": {
                "requests": {"cpu": "100m", "memory": "100Mi"},
                "limits": {"cpu": "1", "memory": "1Gi"},
            },
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "privileged": False,
                "runAsNonRoot": True,
                "capabilities": {"drop": ["ALL"]},
            },
        },
        "supportedUriFormats": [{"prefix": "s3://"}],
        "supportsMultiModelDownload": True,
        "workloadType": "initContainer",
    }


def runtime_values(images: Mapping[str, PinnedImage]) -> dict[str, Any]:
    """Values of `kserve-runtime-configs`: only what a stack file can name is enabled, at the images of the release row.

    The chart's own are years old (Triton of May 2023), those of the other runtimes have moving tags.
    """
    return {
        "kserve": {
            "servingruntime": {
                # Off by default: an endpoint would find no runtime.
                "enabled": True,
                **{runtime: {"disabled": False, **_image(images[runtime])} for runtime in OFFERED_RUNTIMES},
                **{runtime: {"disabled": True} for runtime in OTHER_RUNTIMES},
            }
        }
    }


def _image(pinned: PinnedImage) -> dict[str, str]:
    return {"image": pinned.repository, "tag": pinned.pin}
