"""AWS identities of the controllers that the platform installs into the cluster."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.charts import KEDA_NAMESPACE
from components.cluster.load_balancer_policy import load_balancer_policies
from components.identity.document import allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from reference.names import PREFIX, physical_name


@dataclass(frozen=True, kw_only=True)
class ControllerIdentitiesArgs:
    """The cluster they run in. Physical names derive from `stack`."""

    account: Account
    stack: str
    cluster_name: str
    cluster: Input[str]  # the same name, known once the cluster exists


class ControllerIdentities(ComponentResource):
    """Pod identities that must be there before their controllers: a pod keeps what it started with."""

    def __init__(self, name: str, args: ControllerIdentitiesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:ControllerIdentities", name, {}, opts)
        self._name, self._args = name, args
        self._make_identity(
            "kube-system",
            "aws-load-balancer-controller",
            load_balancer_policies(args.account, args.cluster_name),
        )
        self._make_identity("monitoring", "alertmanager", {"publish": alert_policy(args.account)})
        self._make_identity(KEDA_NAMESPACE, "keda-operator", {"length": queue_length_policy(args.account)})
        self.register_outputs({})

    def _make_identity(self, namespace: str, service_account: str, inline: dict[str, str]) -> None:
        args = self._args
        PodIdentity(
            f"{self._name}-{service_account}",
            PodIdentityArgs(
                cluster_name=args.cluster,
                cluster_arn=args.account.cluster_arn(args.cluster_name),
                namespace=namespace,
                service_account=service_account,
                role_name=physical_name(args.stack, service_account, limit=64),
                description=f"{namespace}/{service_account} of {args.cluster_name}",
                inline=inline,
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
