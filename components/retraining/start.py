"""The starts of a run: a CronJob at its times, or KEDA when there are events in a queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.retraining.job import job_spec
from components.retraining.run import RunJob, annotations, job_labels

RUNS_KEPT = 5
STARTING_DEADLINE_SECONDS = 3600
"""A run that could not be started for an hour waits for its next time."""

AUTHENTICATION = "keda"
"""The TriggerAuthentication by which KEDA reads the length of a queue: as itself, which may read nothing else."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Times by cron, in an IANA time zone."""

    cron: str
    time_zone: str


class ScheduledRun(ComponentResource):
    """A CronJob that starts no run while the one before it runs or waits in the queue."""

    def __init__(
        self,
        name: str,
        run: RunJob,
        schedule: Schedule,
        *,
        namespace: Input[str],
        after: Sequence[Resource],
        opts: ResourceOptions | None = None,
    ):
        super().__init__("paved:retraining:ScheduledRun", name, {}, opts)
        k8s.batch.v1.CronJob(
            name,
            metadata=metadata(run, namespace),
            spec=k8s.batch.v1.CronJobSpecArgs(
                schedule=schedule.cron,
                time_zone=schedule.time_zone,
                concurrency_policy="Forbid",
                starting_deadline_seconds=STARTING_DEADLINE_SECONDS,
                successful_jobs_history_limit=RUNS_KEPT,
                failed_jobs_history_limit=RUNS_KEPT,
                job_template=k8s.batch.v1.JobTemplateSpecArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(labels=job_labels(run), annotations=annotations(run)),
                    spec=job_spec(run),
                ),
            ),
            opts=ResourceOptions(parent=self, depends_on=list(after)),
        )
        self.register_outputs({})


class EventRun(ComponentResource):
    """A ScaledJob: one run for all events that wait, and never two at a time, a run in the queue included.

    KEDA copies the labels and annotations of the ScaledJob to the Job, and with them its place in Kueue's queue.
    """

    def __init__(
        self,
        name: str,
        run: RunJob,
        *,
        region: str,
        window_minutes: int,
        namespace: Input[str],
        after: Sequence[Resource],
        opts: ResourceOptions | None = None,
    ):
        super().__init__("paved:retraining:EventRun", name, {}, opts)
        k8s.apiextensions.CustomResource(
            name,
            api_version="keda.sh/v1alpha1",
            kind="ScaledJob",
            metadata=metadata(run, namespace),
            spec=scaled_job_spec(run, region=region, window_minutes=window_minutes),
            opts=ResourceOptions(parent=self, depends_on=list(after)),
        )
        self.register_outputs({})


def scaled_job_spec(run: RunJob, *, region: str, window_minutes: int) -> dict[str, Any]:
    """Look into the queue once a window, and start a run when there is something and none is on its way."""
    return {
        "jobTargetRef": job_spec(run),
        "pollingInterval": window_minutes * 60,
        "minReplicaCount": 0,
        # A Job that is suspended in Kueue's queue counts: a run that waits for GPUs is not started twice.
        "maxReplicaCount": 1,
        "successfulJobsHistoryLimit": RUNS_KEPT,
        "failedJobsHistoryLimit": RUNS_KEPT,
        "rollout": {"strategy": "gradual"},  # KEDA would end a run whose trigger was changed
        "scalingStrategy": {"strategy": "default"},
        "triggers": [
            {
                "type": "aws-sqs-queue",
                "authenticationRef": {"name": AUTHENTICATION},
                "metadata": {
                    "queueURL": run.queue_url,
                    "awsRegion": region,
                    "queueLength": "1",
                    "scaleOnInFlight": "false",  # a run has these already
                },
            }
        ],
    }


def metadata(run: RunJob, namespace: Input[str]) -> k8s.meta.v1.ObjectMetaArgs:
    """The metadata of a trigger's object, with the labels and annotations of its Jobs."""
    return k8s.meta.v1.ObjectMetaArgs(
        name=run.name, namespace=namespace, labels=job_labels(run), annotations=annotations(run)
    )
