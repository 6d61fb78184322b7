"""The names by which the pods of a job over several nodes find each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, ResourceOptions

from reference.vocabulary import WORKER_LABEL, WORKER_SERVICE


@dataclass(frozen=True, kw_only=True)
class WorkerNamesArgs:
    namespace: Input[str]
    labels: Mapping[str, str]


class WorkerNames(ComponentResource):
    """One headless Service for every Job of a namespace, whose pods bear the name of their Job.

    Members make no Services themselves. Ray clusters, TrainJobs and JobSets get one each from their controllers.
    """

    def __init__(self, name: str, args: WorkerNamesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:WorkerNames", name, {}, opts)
        k8s.core.v1.Service(
            f"{name}-{WORKER_SERVICE}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=WORKER_SERVICE, namespace=args.namespace, labels=dict(args.labels)
            ),
            spec=k8s.core.v1.ServiceSpecArgs(
                cluster_ip="None",
                selector={WORKER_LABEL: "true"},
                # A worker counts as ready only once it has met the others.
                publish_not_ready_addresses=True,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"subdomain": WORKER_SERVICE})
