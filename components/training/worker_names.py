"""The names by which the pods of a job over several nodes find each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, ResourceOptions

from components.labels import WORKER

SUBDOMAIN = "workers"
"""Pod 0 of an indexed Job `train` that names this subdomain is `train-0.workers`."""


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
            f"{name}-{SUBDOMAIN}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=SUBDOMAIN, namespace=args.namespace, labels=dict(args.labels)
            ),
            spec=k8s.core.v1.ServiceSpecArgs(
                cluster_ip="None",
                selector={WORKER: "true"},
                # A worker counts as ready only once it has met the others.
                publish_not_ready_addresses=True,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"subdomain": SUBDOMAIN})
