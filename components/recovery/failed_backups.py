"""Notifications of backups that were not made: failed, ended, or not begun in their hour."""

from dataclasses import dataclass

from pulumi import ComponentResource, ResourceOptions

from components.monitoring.event_notifications import RULE_NAME_LIMIT, EventNotification, publish_events
from components.monitoring.notifications import Notifications
from reference.names import physical_name

RUNBOOK = "docs/runbooks/BackupFailed.md"
NOT_MADE = ("ABORTED", "EXPIRED", "FAILED")
"""The ends of a job without a backup. One that did not begin within its window is EXPIRED."""


@dataclass(frozen=True, kw_only=True)
class FailedBackupsArgs:
    """The vault, by its name, and the topic, whose policy has to let EventBridge publish."""

    stack: str
    vault: str
    topic: Notifications


class FailedBackups(ComponentResource):
    """One rule on the jobs of a vault, to one topic."""

    def __init__(self, name: str, args: FailedBackupsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:recovery:FailedBackups", name, {}, opts)
        publish_events(failed_backup(args.stack, args.vault), name, args.topic, parent=self)
        self.register_outputs({})


def failed_backup(stack: str, vault: str) -> EventNotification:
    """AWS Backup's events of jobs that ended without a backup in the vault; it sends them every five minutes."""
    return EventNotification(
        rule=physical_name(stack, "backup-failed", limit=RULE_NAME_LIMIT),
        description="A backup was not made",
        pattern={
            "source": ["aws.backup"],
            "detail-type": ["Backup Job State Change"],
            "detail": {"state": list(NOT_MADE), "backupVaultName": [vault]},
        },
        paths={
            "id": "$.detail.backupJobId",
            "resource": "$.detail.resourceArn",
            "state": "$.detail.state",
            "why": "$.detail.statusMessage",
        },
        text=f"No backup of <resource> was made in {stack}: <state>, <why> (job <id>). What to do: {RUNBOOK}",
    )
