"""AWS identities of the controllers that the platform installs into the cluster."""

from pulumi import ComponentResource, ResourceOptions

from components.account import Account, ClusterScope
from components.charts import KEDA_NAMESPACE, KUBE_SYSTEM, MONITORING_NAMESPACE
from components.cluster.load_balancer_policy import load_balancer_policies
from components.identity.document import allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from reference.names import PREFIX, physical_name


class ControllerIdentities(ComponentResource):
    """Pod identities that must be there before their controllers: a pod keeps what it started with.

    With `keda` there is one of KEDA's operator, which not every platform installs.
    """

    def __init__(self, name: str, scope: ClusterScope, opts: ResourceOptions | None = None, *, keda: bool):
        super().__init__("paved:cluster:ControllerIdentities", name, {}, opts)
        self._name, self._scope = name, scope
        account = scope.account
        self._make_identity(
            KUBE_SYSTEM, "aws-load-balancer-controller", load_balancer_policies(account, scope.cluster_name)
        )
        self._make_identity(MONITORING_NAMESPACE, "alertmanager", {"publish": alert_policy(account)})
        if keda:
            self._make_identity(KEDA_NAMESPACE, "keda-operator", {"length": queue_length_policy(account)})
        self.register_outputs({})

    def _make_identity(self, namespace: str, service_account: str, inline: dict[str, str]) -> None:
        scope = self._scope
        role = RoleArgs(
            name=physical_name(scope.stack, service_account, limit=64),
            description=f"{namespace}/{service_account} of {scope.cluster_name}",
            inline=inline,
        )
        PodIdentity(
            f"{self._name}-{service_account}",
            PodIdentityArgs(
                cluster=scope.ref, namespace=namespace, service_account=service_account, role=role
            ),
            ResourceOptions(parent=self),
        )


def queue_length_policy(account: Account) -> str:
    """KEDA may ask how many events wait in the queues that teams retrain from. It can read none of them."""
    return policy_document(
        allow("AskLength", ["sqs:GetQueueAttributes"], [account.arn("sqs", f"{PREFIX}-*-retrain-*")])
    )


def alert_policy(account: Account) -> str:
    """Publish to the alert topics that team stacks make in this account, each under its team's own key."""
    return policy_document(
        allow("PublishAlerts", ["sns:Publish"], [account.arn("sns", f"{PREFIX}-*-alerts")]),
        allow(
            "UseTopicKeys",
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            [account.arn("kms", "key/*")],
            conditions={
                "ForAnyValue:StringLike": {"kms:ResourceAliases": f"alias/{PREFIX}-*"},
                "StringEquals": {"kms:ViaService": account.endpoint("sns")},
            },
        ),
    )
