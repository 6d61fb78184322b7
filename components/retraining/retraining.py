"""A team's retraining: what starts it, what it runs, and what each run leaves behind."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.account import Account
from components.retraining import collect
from components.retraining.alerts import RetrainingAlerts, RetrainingAlertsArgs
from components.retraining.events import Drift, EventQueue, EventQueueArgs, NewData, queue_name
from components.retraining.lineage import TRIGGER
from components.retraining.permissions import runs_policy
from components.retraining.run import COLLECTOR, RunJob
from components.retraining.start import AUTHENTICATION, EventRun, Schedule, ScheduledRun
from components.security.encryption_key import EncryptionKey


@dataclass(frozen=True, kw_only=True)
class RunTrigger:
    """One run and what starts it. Events that come within `window_minutes` are one run's."""

    run: RunJob
    source: Schedule | NewData | Drift
    window_minutes: int


@dataclass(frozen=True, kw_only=True)
class RetrainingArgs:
    """`trainer_role` is the role of the jobs. `after` is the registry: the buckets are there by then."""

    account: Account
    stack: str
    team: str
    namespace: Input[str]
    labels: Mapping[str, str]
    datasets: str
    key: EncryptionKey
    trainer_role: Input[str]
    triggers: Sequence[RunTrigger]
    after: Resource


class Retraining(ComponentResource):
    """CronJobs and ScaledJobs with the queues, permissions and the script that they need."""

    def __init__(self, name: str, args: RetrainingArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:retraining:Retraining", name, {}, opts)
        self._name, self._args = name, args
        self._child = ResourceOptions(parent=self)
        if any(isinstance(each.source, NewData) for each in args.triggers):
            # One for all triggers: a bucket has a single configuration of notifications.
            aws.s3.BucketNotification(
                f"{name}-datasets",
                bucket=args.datasets,
                eventbridge=True,
                opts=ResourceOptions(parent=self, depends_on=[args.after]),
            )
        ready = [self._make_collector(), self._make_permissions(), *self._make_access()]
        for each in args.triggers:
            self._make_trigger(each, ready)
        RetrainingAlerts(
            name,
            RetrainingAlertsArgs(
                namespace=args.namespace, stack=args.stack, team=args.team, labels=args.labels
            ),
            self._child,
        )
        self.register_outputs({"triggers": sorted(each.run.trigger for each in args.triggers)})

    def _make_collector(self) -> Resource:
        return k8s.core.v1.ConfigMap(
            f"{self._name}-{COLLECTOR}",
            metadata=self._metadata(COLLECTOR),
            data={"collect.py": inspect.getsource(collect)},
            opts=self._child,
        )

    def _make_access(self) -> list[Resource]:
        """Let KEDA read the queues' lengths, where there are queues."""
        if all(isinstance(each.source, Schedule) for each in self._args.triggers):
            return []
        authentication = k8s.apiextensions.CustomResource(
            f"{self._name}-{AUTHENTICATION}",
            api_version="keda.sh/v1alpha1",
            kind="TriggerAuthentication",
            metadata=self._metadata(AUTHENTICATION),
            spec={"podIdentity": {"provider": "aws"}},
            opts=self._child,
        )
        return [authentication]

    def _make_trigger(self, trigger: RunTrigger, ready: Sequence[Resource]) -> None:
        args, run = self._args, trigger.run
        name = f"{self._name}-{run.trigger}"
        if run.nodes > 1:
            self._make_meeting_place(run)
        if isinstance(trigger.source, Schedule):
            ScheduledRun(name, run, trigger.source, namespace=args.namespace, after=ready, opts=self._child)
            return
        queue = EventQueue(
            name,
            EventQueueArgs(
                account=args.account,
                stack=args.stack,
                trigger=run.trigger,
                source=trigger.source,
                namespace=args.namespace,
                labels=args.labels,
                key=args.key,
            ),
            self._child,
        )
        EventRun(
            name,
            replace(run, queue_url=queue.url),
            region=args.account.region,
            window_minutes=trigger.window_minutes,
            namespace=args.namespace,
            after=[queue, *ready],
            opts=self._child,
        )

    def _make_meeting_place(self, run: RunJob) -> None:
        """A Service without an address, so that each pod of a run has a name in DNS before it is ready."""
        k8s.core.v1.Service(
            f"{self._name}-{run.trigger}",
            metadata=self._metadata(run.name),
            spec=k8s.core.v1.ServiceSpecArgs(
                cluster_ip="None", selector={TRIGGER: run.trigger}, publish_not_ready_addresses=True
            ),
            opts=self._child,
        )

    def _make_permissions(self) -> Resource:
        args = self._args
        waiting = [each for each in args.triggers if not isinstance(each.source, Schedule)]
        return aws.iam.RolePolicy(
            f"{self._name}-runs",
            name="retraining",
            role=args.trainer_role,
            policy=runs_policy(
                args.account,
                datasets=args.datasets,
                prefixes=[each.run.dataset for each in args.triggers],
                queues=[queue_name(args.stack, each.run.trigger) for each in waiting],
            ),
            opts=self._child,
        )

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=self._args.namespace, labels=dict(self._args.labels)
        )
