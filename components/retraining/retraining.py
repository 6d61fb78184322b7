"""A team's retraining: its triggers, with the queues, the permissions and the script of their runs."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.account import Account
from components.identity.document import allow, policy_document
from components.retraining import collect
from components.retraining.alerts import RetrainingAlerts
from components.retraining.events import Drift, EventQueue, EventQueueArgs, NewData, queue_name
from components.retraining.job import COLLECTOR
from components.retraining.run import RetrainingTeam, RunJob
from components.retraining.start import AUTHENTICATION, EventRun, Schedule, ScheduledRun
from reference.vocabulary import TRIGGER_LABEL, owned


@dataclass(frozen=True, kw_only=True)
class RunTrigger:
    """One run and its start. Events that come within `window_minutes` are one run's."""

    run: RunJob
    source: Schedule | NewData | Drift
    window_minutes: int


@dataclass(frozen=True, kw_only=True)
class RetrainingArgs(RetrainingTeam):
    """`trainer_role` is the role of the jobs. `after` is the registry: the buckets are there by then."""

    datasets: str
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
        ready = [self._make_collector(), self._make_policy(), *self._make_authentication()]
        for each in args.triggers:
            self._make_trigger(each, ready)
        RetrainingAlerts(name, args, self._child)
        self.register_outputs({"triggers": sorted(each.run.trigger for each in args.triggers)})

    def _make_collector(self) -> Resource:
        return k8s.core.v1.ConfigMap(
            f"{self._name}-{COLLECTOR}",
            metadata=self._metadata(COLLECTOR),
            data={"collect.py": inspect.getsource(collect)},
            opts=self._child,
        )

    def _make_authentication(self) -> list[Resource]:
        """The identity by which KEDA reads the queues' lengths, where there are queues."""
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
            self._make_headless_service(run)
        if isinstance(trigger.source, Schedule):
            ScheduledRun(name, run, trigger.source, namespace=args.namespace, after=ready, opts=self._child)
            return
        queue_args = EventQueueArgs(team=args, trigger=run.trigger, source=trigger.source)
        queue = EventQueue(name, queue_args, self._child)
        EventRun(
            name,
            replace(run, queue_url=queue.url),
            region=args.account.region,
            window_minutes=trigger.window_minutes,
            namespace=args.namespace,
            after=[queue, *ready],
            opts=self._child,
        )

    def _make_headless_service(self, run: RunJob) -> None:
        """A Service without an address, so that each pod of a run has a name in DNS before it is ready."""
        k8s.core.v1.Service(
            f"{self._name}-{run.trigger}",
            metadata=self._metadata(run.name),
            spec=k8s.core.v1.ServiceSpecArgs(
                cluster_ip="None", selector={TRIGGER_LABEL: run.trigger}, publish_not_ready_addresses=True
            ),
            opts=self._child,
        )

    def _make_policy(self) -> Resource:
        args = self._args
        by_event = [each for each in args.triggers if not isinstance(each.source, Schedule)]
        return aws.iam.RolePolicy(
            f"{self._name}-runs",
            name="retraining",
            role=args.trainer_role,
            policy=runs_policy(
                args.account,
                datasets=args.datasets,
                prefixes=[each.run.dataset for each in args.triggers],
                queues=[queue_name(args.stack, each.run.trigger) for each in by_event],
            ),
            opts=self._child,
        )

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=self._args.namespace, labels=owned(self._args.labels)
        )


def runs_policy(account: Account, *, datasets: str, prefixes: Sequence[str], queues: Sequence[str]) -> str:
    """The permissions of a run beyond those of any job: list the versions of its data, and take its queues' events."""
    bucket = account.bucket_arn(datasets)
    statements = [
        allow(
            "FixVersionOfData",
            ["s3:ListBucketVersions"],
            [bucket],
            conditions={"StringEquals": {"s3:prefix": sorted(set(prefixes))}},
        )
    ]
    if queues:
        arns = [account.arn("sqs", queue) for queue in queues]
        statements.append(allow("TakeEvents", ["sqs:DeleteMessage", "sqs:ReceiveMessage"], arns))
    return policy_document(*statements)
