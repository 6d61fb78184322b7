"""A foundation's detection section, built."""

from components.detection.access_analysis import AccessAnalysis, AccessAnalysisArgs
from components.detection.configuration import ConfigurationHistory, ConfigurationHistoryArgs
from components.detection.record_policies import used_by_config, used_by_trail
from components.detection.threats import AGENT_ADDON, AGENT_ENDPOINT, ThreatDetection, ThreatDetectionArgs
from components.detection.trail import Trail, TrailArgs, trail_arn
from components.identity.document import Statement
from components.registry.bucket import Lock
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import key_policy, used_by_logs
from reference.names import PREFIX, physical_name
from stacks.program.foundation_context import Ground
from stacks.schema import Foundation
from stacks.schema.detection_options import Choices, choices


def agent_addons(stack: Foundation) -> tuple[str, ...]:
    """The add-on of GuardDuty's agent, where it runs."""
    return (AGENT_ADDON,) if choices(stack).runtime_monitoring else ()


def agent_endpoints(stack: Foundation) -> tuple[str, ...]:
    """The service that the agent reports to, where it runs."""
    return (AGENT_ENDPOINT,) if choices(stack).runtime_monitoring else ()


def build_detection(ground: Ground) -> None:
    """What the account records, and what looks for attacks in it. Nothing is made where the organisation has it."""
    decided = choices(ground.stack)
    if decided.keeps_records:
        build_records(ground, decided, build_key(ground, decided))
    if decided.guardduty == "own":
        ThreatDetection(
            f"{ground.name}-threats",
            ThreatDetectionArgs(runtime=decided.runtime_monitoring),
            ground.options(),
        )
    if decided.access_analyzer == "own":
        AccessAnalysis(
            f"{ground.name}-access",
            AccessAnalysisArgs(
                external_name=physical_name(ground.name, "external", limit=255),
                unused_name=physical_name(ground.name, "unused", limit=255),
                unused_days=ground.stack.detection.unused_access_days,
            ),
            ground.options(),
        )


def build_records(ground: Ground, decided: Choices, key: EncryptionKey) -> None:
    """The trail and the history of configuration, each in a bucket of its own."""
    if decided.trail == "own":
        build_trail(ground, decided, key)
    if decided.config == "own":
        ConfigurationHistory(
            f"{ground.name}-config",
            ConfigurationHistoryArgs(
                account=ground.account,
                recorder=physical_name(ground.name, limit=256),
                bucket=bucket_name(ground, "config"),
                key_arn=key.key_arn,
                recording=decided.config_recording,
                keep_days=decided.keep_days,
                protect=ground.protect,
            ),
            ground.options(),
        )


def build_trail(ground: Ground, decided: Choices, key: EncryptionKey) -> None:
    """The audit trail of the account, over all regions."""
    Trail(
        f"{ground.name}-trail",
        TrailArgs(
            account=ground.account,
            trail=trail_name(ground),
            bucket=bucket_name(ground, "trail"),
            log_group=trail_log_group(ground),
            log_role=ground.role("trail"),
            key_arn=key.key_arn,
            keep_days=decided.keep_days,
            lock=Lock(mode=decided.lock, days=decided.keep_days) if decided.lock else None,
            data_events=decided.data_events,
            unwatched=[bucket_name(ground, "config")],
            log_days=ground.stack.detection.trail_log_days,
            protect=ground.protect,
        ),
        ground.options(),
    )


def build_key(ground: Ground, decided: Choices) -> EncryptionKey:
    """The key of the account's records. What writes them may not read them."""
    where = ground.account
    return EncryptionKey(
        f"{ground.name}-audit",
        EncryptionKeyArgs(
            account=where,
            alias=physical_name(ground.name, "audit", limit=250),
            description=f"Audit records of {ground.name}",
            policy=key_policy(where, *key_users(ground, decided)),
            deletion_window_days=deletion_window_days(ground.stack.environment),
            protect=ground.protect,
        ),
        ground.options(),
    )


def key_users(ground: Ground, decided: Choices) -> list[Statement]:
    """Statements for what the account keeps, and for nothing else."""
    where, users = ground.account, []
    if decided.trail == "own":
        users.append(used_by_trail(trail_arn(where, trail_name(ground))))
    if decided.config == "own":
        users.append(used_by_config(where))
    if decided.trail == "own" and ground.stack.detection.trail_log_days:
        users.append(used_by_logs(where, trail_log_group(ground)))
    return users


def trail_name(ground: Ground) -> str:
    """The physical name of the trail."""
    return physical_name(ground.name, limit=128)


def trail_log_group(ground: Ground) -> str:
    """Where events go that are to be searched."""
    return f"/{PREFIX}/{ground.name}/trail"


def bucket_name(ground: Ground, of: str) -> str:
    """The bucket of a kind of records. It holds the account's id, because all of AWS shares the names of buckets."""
    return physical_name(ground.name, of, ground.account.id, limit=63)
