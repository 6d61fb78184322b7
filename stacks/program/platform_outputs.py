"""The outputs of a platform: what team stacks read of it."""

from typing import Any

from components.charts import JUPYTERHUB
from reference.vocabulary import HAND_OVER_NAMESPACE
from stacks.program.context import PlatformContext
from stacks.program.stack_references import contract

CLUSTER = (
    "name",
    "kubernetes_version",
    "endpoint",
    "certificate_authority",
    "security_group_id",
    "node_role_name",
    "provisioner_role_name",
    "interruption_queue_name",
    "volumes_key_arn",
)
"""Parts of its foundation's output `cluster` that a platform passes on."""


def outputs(context: PlatformContext) -> dict[str, Any]:
    """The outputs that follow from the config and the foundation alone."""
    where, foundation = context.stack.account, context.foundation
    tools = context.release.tools
    return {
        "contract": contract("platform"),
        "environment": context.stack.environment,
        "foundation": context.stack.foundation,
        "release": context.stack.release,
        "owner": context.stack.owner.model_dump(mode="json"),
        "account": {"id": where.id, "region": where.region, "partition": where.partition},
        "network": {
            key: foundation.output("network", key)
            for key in ("private_mlflow", "private_subnets", "vpc_cidr", "zones")
        },
        "storage": foundation.output("storage"),
        "hand_over": {
            "namespace": HAND_OVER_NAMESPACE,
            "image": context.image_names.pinned(tools["busybox"]),
        },
        "notebook_hub": {
            "chart_version": context.release.charts[JUPYTERHUB.name],
            "secret_reader": context.image_names.pinned(tools["aws-cli"]),
        },
        "datasets": foundation.output("datasets"),
        # Part by part: a whole would be unknown in a preview as soon as the endpoint is.
        "cluster": {key: context.cluster(key) for key in CLUSTER},
        "kubeconfig": foundation.output("kubeconfig"),
        "identity": {key: foundation.output("identity", key) for key in ("ci", "team_boundary_arn")},
        "nodes": {**vars(context.node_config), "team_role_names": context.cluster("team_node_role_names")},
        "registry": foundation.output("registry"),
    }
