"""A foundation's detection section, built."""

from dataclasses import replace

from components.detection.configuration import ConfigurationHistory, ConfigurationHistoryArgs
from components.detection.detectors import (
    AGENT_ENDPOINT,
    AccessAnalysis,
    AccessAnalysisArgs,
    ThreatDetection,
    ThreatDetectionArgs,
)
from components.detection.records import RecordsArgs, used_by_config, used_by_trail
from components.detection.tampering import TamperingAlarms, TamperingArgs
from components.detection.trail import Trail, TrailArgs, TrailLogs, trail_arn
from components.identity.document import Statement
from components.monitoring.notifications import Notifications
from components.registry.bucket import Lock
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import key_policy, used_by_logs
from reference.names import PREFIX, physical_name
from reference.vocabulary import GUARDDUTY_AGENT_ADDON
from stacks.program.context import FoundationContext
from stacks.schema import Foundation
from stacks.schema.security_level import DetectionOptions, detection_options


def agent_addons(stack: Foundation) -> tuple[str, ...]:
    """The add-on of GuardDuty's agent, where it runs."""
    return (GUARDDUTY_AGENT_ADDON,) if detection_options(stack).runtime_monitoring else ()


def agent_endpoints(stack: Foundation) -> tuple[str, ...]:
    """The service that the agent reports to, where it runs."""
    return (AGENT_ENDPOINT,) if detection_options(stack).runtime_monitoring else ()


def build_detection(context: FoundationContext) -> Trail | None:
    """Declare the account's records and the detectors of attacks, but for those that the organisation has.

    Returns the account's own trail.
    """
    decided = detection_options(context.stack)
    trail = build_records(context, decided, build_key(context, decided)) if decided.keeps_records else None
    if decided.guardduty == "own":
        ThreatDetection(
            f"{context.name}-threats",
            ThreatDetectionArgs(runtime=decided.runtime_monitoring),
            context.options(),
        )
    if decided.access_analyzer == "own":
        AccessAnalysis(
            f"{context.name}-access",
            AccessAnalysisArgs(
                external_name=physical_name(context.name, "external", limit=255),
                unused_name=physical_name(context.name, "unused", limit=255),
                unused_days=context.stack.detection.unused_access_days,
            ),
            context.options(),
        )
    return trail


def build_records(context: FoundationContext, decided: DetectionOptions, key: EncryptionKey) -> Trail | None:
    """Declare the trail, which is returned, and the history of configuration, each in a bucket of its own."""
    trail = build_trail(context, decided, key) if decided.trail == "own" else None
    if decided.config == "own":
        ConfigurationHistory(
            f"{context.name}-config",
            ConfigurationHistoryArgs(
                recorder=physical_name(context.name, limit=256),
                recording=decided.config_recording,
                records=records(context, "config", decided, key),
            ),
            context.options(),
        )
    return trail


def build_tampering(context: FoundationContext, trail: Trail | None, topic: Notifications) -> None:
    """Declare the alarms of changes to the account's records, detectors and keys, where they are asked for."""
    decided = detection_options(context.stack)
    if not decided.watch_changes:
        return
    kept = {"trail": decided.trail, "config": decided.config}
    own = [bucket_name(context, kind) for kind, coverage in kept.items() if coverage == "own"]
    TamperingAlarms(
        f"{context.name}-tampering",
        TamperingArgs(
            stack=context.name,
            buckets=own,
            trail_log_group=trail.log_group_name if trail else None,
            topic=topic,
        ),
        context.options(),
    )


def build_trail(context: FoundationContext, decided: DetectionOptions, key: EncryptionKey) -> Trail:
    """Declare the audit trail of the account, over all regions."""
    lock = Lock(mode=decided.lock, days=decided.keep_days) if decided.lock else None
    return Trail(
        f"{context.name}-trail",
        TrailArgs(
            trail=trail_name(context),
            records=replace(records(context, "trail", decided, key), lock=lock),
            data_events=decided.data_events,
            # Writes to a bucket of records would be recorded for ever.
            excluded_buckets=[bucket_name(context, "config")],
            logs=trail_logs(context),
        ),
        context.options(),
    )


def records(
    context: FoundationContext, kind: str, decided: DetectionOptions, key: EncryptionKey
) -> RecordsArgs:
    """The bucket of a kind of records."""
    return RecordsArgs(
        account=context.account,
        bucket=bucket_name(context, kind),
        key_arn=key.key_arn,
        keep_days=decided.keep_days,
        protect=context.protect,
    )


def trail_logs(context: FoundationContext) -> TrailLogs | None:
    """The log group of the trail's events, where the file says for how many days it keeps them."""
    days = context.stack.detection.trail_log_days
    if not days:
        return None
    return TrailLogs(group=trail_log_group(context), role_name=context.role("trail"), days=days)


def build_key(context: FoundationContext, decided: DetectionOptions) -> EncryptionKey:
    """Declare the key of the account's records."""
    where = context.account
    return EncryptionKey(
        f"{context.name}-audit",
        EncryptionKeyArgs(
            account=where,
            alias=physical_name(context.name, "audit", limit=250),
            description=f"Audit records of {context.name}",
            policy=key_policy(where, *key_users(context, decided)),
            deletion_window_days=deletion_window_days(context.stack.environment),
            protect=context.protect,
        ),
        context.options(),
    )


def key_users(context: FoundationContext, decided: DetectionOptions) -> list[Statement]:
    """Let what writes the account's own records use their key, and nothing else."""
    # What writes records may not read them.
    where, users = context.account, []
    if decided.trail == "own":
        users.append(used_by_trail(trail_arn(where, trail_name(context))))
    if decided.config == "own":
        users.append(used_by_config(where))
    if decided.trail == "own" and context.stack.detection.trail_log_days:
        users.append(used_by_logs(where, trail_log_group(context)))
    return users


def trail_name(context: FoundationContext) -> str:
    """The physical name of the trail."""
    return physical_name(context.name, limit=128)


def trail_log_group(context: FoundationContext) -> str:
    """The name of the log group of events that are to be searched."""
    return f"/{PREFIX}/{context.name}/trail"


def bucket_name(context: FoundationContext, of: str) -> str:
    """The name of the bucket of a kind of records."""
    # It holds the account's id, because all of AWS shares the names of buckets.
    return physical_name(context.name, of, context.account.id, limit=63)
