"""A team's notebooks: its own JupyterHub in a namespace of its own, homes of people, and the rights of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions

from components.account import Account, ClusterRef
from components.charts import JUPYTERHUB
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.images import ImageNames
from components.monitoring.alerts import alert_group
from components.notebooks.admission import notebook_policy
from components.notebooks.alerts import alerts
from components.notebooks.hub_values import STATE, Workspaces, hub_values
from components.notebooks.network_policies import hub_policies, notebook_policies
from components.notebooks.server import home_claim
from components.notebooks.sign_in import secret_policy
from components.platform.admission import make_policy
from components.platform.namespaces import pod_security
from components.platform.operator import Operator, OperatorArgs
from components.platform.storage import GP3
from components.serving.access import READ, rule
from reference.names import role_name
from reference.vocabulary import HUB_ACCOUNT, STACK_LABEL, hub_namespace, owned

STATE_GIB = 1
DELETE_TIMEOUT = "20m"
WAITS_FOR_ITS_POD = {"pulumi.com/skipAwait": "true"}
"""The annotation of a claim whose disk comes with the first pod, for which nobody waits."""


@dataclass(frozen=True, kw_only=True)
class NotebooksArgs:
    """`namespace` is the team's, in which notebooks run. Roles of the hub's pod are bounded by `boundary_arn`.

    `groups` are those of the cluster whose people reach the hub.
    """

    account: Account
    cluster: ClusterRef
    team: str
    groups: Sequence[str]
    workspaces: Workspaces
    namespace: Input[str]
    labels: Mapping[str, str]
    home_gib: int
    kubernetes_version: Input[str]
    vpc_cidr: Input[str]
    boundary_arn: Input[str]
    endpoints_only: bool
    chart_version: Input[str]
    image_names: ImageNames
    protect: bool


class Notebooks(ComponentResource):
    """A hub that makes pods in the team's namespace, and nothing else, by a role and a policy that say which."""

    def __init__(self, name: str, args: NotebooksArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:notebooks:Notebooks", name, {}, opts)
        self._labels = {**args.labels}
        stack = args.workspaces.stack
        self._namespace = self._make_namespace(name, args)
        identity = self._make_identity(name, args)
        before = [*self._make_networks(name, args), *self._make_rights(name, args)]
        homes = self._make_homes(name, args)
        Operator(
            name,
            OperatorArgs(
                chart=JUPYTERHUB.within(hub_namespace(stack)),
                version=args.chart_version,
                values=hub_values(args.workspaces),
                image_names=args.image_names,
                after=[self._namespace, identity, self._make_state(name, args), *before, *homes],
                protect=False,
            ),
            ResourceOptions(parent=self),
        )
        self._make_alerts(name, args)
        self.register_outputs({"namespace": hub_namespace(stack)})

    def _make_namespace(self, name: str, args: NotebooksArgs) -> k8s.core.v1.Namespace:
        version = Output.concat("v", args.kubernetes_version)
        # By the stack's label it would be a namespace of the team, which policies judge and members read.
        labels = {key: value for key, value in self._labels.items() if key != STACK_LABEL}
        return k8s.core.v1.Namespace(
            f"{name}-hub",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=hub_namespace(args.workspaces.stack),
                labels={**labels, **pod_security("restricted", version)},
            ),
            opts=ResourceOptions(
                parent=self, protect=args.protect, custom_timeouts=CustomTimeouts(delete=DELETE_TIMEOUT)
            ),
        )

    def _make_identity(self, name: str, args: NotebooksArgs) -> PodIdentity:
        secret = secret_policy(
            args.account, args.workspaces.sign_in.secret, endpoints_only=args.endpoints_only
        )
        stack = args.workspaces.stack
        role = RoleArgs(
            name=role_name(stack, HUB_ACCOUNT),
            description=f"The hub of the notebooks of {stack}",
            inline={"sign-in": secret},
            boundary_arn=args.boundary_arn,
        )
        return PodIdentity(
            f"{name}-{HUB_ACCOUNT}",
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=hub_namespace(stack),
                service_account=HUB_ACCOUNT,
                role=role,
            ),
            ResourceOptions(parent=self),
        )

    def _make_networks(self, name: str, args: NotebooksArgs) -> Sequence[Resource]:
        stack, made = args.workspaces.stack, []
        for policy, spec in hub_policies(stack, args.vpc_cidr, endpoints_only=args.endpoints_only).items():
            metadata = self._in_hub(policy)
            made.append(self._network(f"{name}-hub-{policy}", metadata, spec))
        for policy, spec in notebook_policies(stack).items():
            metadata = self._of_team(policy, args)
            made.append(self._network(f"{name}-{policy}", metadata, spec))
        return made

    def _network(
        self,
        name: str,
        metadata: k8s.meta.v1.ObjectMetaArgs,
        spec: k8s.networking.v1.NetworkPolicySpecArgs,
    ) -> Resource:
        return k8s.networking.v1.NetworkPolicy(
            name, metadata=metadata, spec=spec, opts=ResourceOptions(parent=self)
        )

    def _make_rights(self, name: str, args: NotebooksArgs) -> Sequence[Resource]:
        """The policy comes first: without it the hub's role would let it make any pod."""
        policy = make_policy(f"{name}-notebooks", notebook_policy(args.workspaces), args.labels, self)
        hub = k8s.rbac.v1.SubjectArgs(
            kind="ServiceAccount", name=HUB_ACCOUNT, namespace=self._namespace.metadata.name
        )
        people = [
            k8s.rbac.v1.SubjectArgs(api_group="rbac.authorization.k8s.io", kind="Group", name=group)
            for group in args.groups
        ]
        rules = hub_rules(args.workspaces.people)
        return [
            self._grant(f"{name}-hub", self._of_team("notebook-hub", args), rules, [hub], [policy]),
            self._grant(f"{name}-reach", self._in_hub("reach"), reach_rules(), people),
        ]

    def _grant(
        self,
        name: str,
        metadata: k8s.meta.v1.ObjectMetaArgs,
        rules: list[k8s.rbac.v1.PolicyRuleArgs],
        subjects: Sequence[k8s.rbac.v1.SubjectArgs],
        after: Sequence[Resource] = (),
    ) -> Resource:
        role = k8s.rbac.v1.Role(name, metadata=metadata, rules=rules, opts=ResourceOptions(parent=self))
        return k8s.rbac.v1.RoleBinding(
            name,
            metadata=metadata,
            role_ref=k8s.rbac.v1.RoleRefArgs(
                api_group="rbac.authorization.k8s.io", kind="Role", name=role.metadata.name
            ),
            subjects=[*subjects],
            opts=ResourceOptions(parent=self, depends_on=list(after)),
        )

    def _make_homes(self, name: str, args: NotebooksArgs) -> Sequence[Resource]:
        made = []
        for person in args.workspaces.people:
            metadata = k8s.meta.v1.ObjectMetaArgs(
                name=home_claim(person),
                namespace=args.namespace,
                labels=owned(self._labels),
                annotations=WAITS_FOR_ITS_POD,
            )
            made.append(self._claim(f"{name}-home-{person}", metadata, args.home_gib, protect=args.protect))
        return made

    def _make_state(self, name: str, args: NotebooksArgs) -> Resource:
        metadata = self._in_hub(STATE)
        metadata.annotations = WAITS_FOR_ITS_POD
        return self._claim(f"{name}-state", metadata, STATE_GIB, protect=args.protect)

    def _claim(
        self, name: str, metadata: k8s.meta.v1.ObjectMetaArgs, size_gib: int, *, protect: bool
    ) -> Resource:
        return k8s.core.v1.PersistentVolumeClaim(
            name,
            metadata=metadata,
            spec=k8s.core.v1.PersistentVolumeClaimSpecArgs(
                access_modes=["ReadWriteOnce"],
                storage_class_name=GP3,
                resources=k8s.core.v1.VolumeResourceRequirementsArgs(requests={"storage": f"{size_gib}Gi"}),
            ),
            opts=ResourceOptions(parent=self, protect=protect),
        )

    def _make_alerts(self, name: str, args: NotebooksArgs) -> None:
        k8s.apiextensions.CustomResource(
            f"{name}-alerts",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=self._of_team("notebooks", args),
            spec={"groups": [alert_group("notebooks", alerts(args.workspaces.stack), team=args.team)]},
            opts=ResourceOptions(parent=self),
        )

    def _in_hub(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=self._namespace.metadata.name, labels=dict(self._labels)
        )

    def _of_team(self, name: str, args: NotebooksArgs) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=args.namespace, labels=dict(self._labels))


def hub_rules(people: Sequence[str]) -> list[k8s.rbac.v1.PolicyRuleArgs]:
    """Rights of the hub in the team's namespace: make and end notebooks, and tell people what they wait for.

    It ends the pods of these people alone: with any name it would end jobs and endpoints too.
    """
    ends = k8s.rbac.v1.PolicyRuleArgs(
        api_groups=[""],
        resources=["pods"],
        resource_names=[home_claim(person) for person in people],
        verbs=["delete"],
    )
    return [rule([""], ["pods"], (*READ, "create")), ends, rule([""], ["events"], READ)]


def reach_rules() -> list[k8s.rbac.v1.PolicyRuleArgs]:
    """Rights of members in the hub's namespace: `kubectl port-forward` to the proxy. In their own they have none.

    Of the pods there each asks who comes. A forwarded port of the team's own namespace would lead to all its pods.
    """
    # A client that speaks WebSocket asks by GET.
    return [
        rule([""], ["services", "pods"], ("get", "list")),
        rule([""], ["pods/portforward"], ("create", "get")),
    ]
