"""Options that follow a stack's level of security where its file leaves them out."""

from dataclasses import dataclass
from typing import Literal

from reference.registries import CACHED, WITH_LOGIN
from reference.security_level import reaches
from stacks.schema import Foundation, Platform, Stack, Team
from stacks.schema.detection import Coverage

SINCE = {"trail": "standard", "guardduty": "hardened", "access_analyzer": "hardened", "config": "regulated"}
"""The level from which on an account keeps each of these of its own."""

KEEP_DAYS = 400
"""A year, and a month for the auditors."""


def is_on(option: bool | None, stack: Stack, *, since: str) -> bool:
    """Whether an option is on: as the file has it; where it has none, from the level `since` up."""
    # An explicit `false` stays false, for a policy rule of that level to find: raising it silently would deploy and
    # bill what nobody wrote.
    return reaches(stack.security, since) if option is None else option


def has_private_mlflow(foundation: Foundation) -> bool:
    """Whether teams' MLflow servers are reached inside the VPC."""
    # From there on teams' pods reach nothing outside of the VPC.
    return is_on(foundation.network.private_mlflow, foundation, since="hardened")


def is_backed_up(foundation: Foundation) -> bool:
    """Whether buckets of the foundation's account are backed up."""
    return is_on(foundation.recovery.backups, foundation, since="regulated")


def signatures_required(platform: Platform) -> bool:
    """Whether only signed images run in the namespaces of a platform's teams."""
    return is_on(platform.signatures.required, platform, since="regulated")


def scanning_of(foundation: Foundation) -> Literal["basic", "enhanced", "elsewhere"]:
    """Scanning of the images in the account's registry."""
    by_level: Literal["basic", "enhanced"] = (
        "enhanced" if reaches(foundation.security, "hardened") else "basic"
    )
    return foundation.images.scanning or by_level


def caches_images(foundation: Foundation) -> Literal["own", "elsewhere", "off"]:
    """Who makes the caches by which images of others come through the account's registry."""
    return foundation.images.cache or ("own" if reaches(foundation.security, "hardened") else "off")


def cached_registries(foundation: Foundation) -> dict[str, str | None]:
    """The registries of others that ECR pulls through, each with the name of the secret of its login, if any."""
    if caches_images(foundation) == "off":
        return {}
    secrets: dict[str, str] = {each.registry: each.secret_name for each in foundation.images.logins}
    return {host: secrets.get(host) for host in CACHED if host not in WITH_LOGIN or host in secrets}


def endpoints_only(stack: Foundation | Team) -> bool:
    """Whether pods of teams reach AWS through the account's VPC endpoints, and nothing else outside of the VPC."""
    return reaches(stack.security, "hardened")


def break_glass_roles(stack: Foundation) -> list[str]:
    """The roles of emergencies, whose use pages."""
    return [entry.role for entry in stack.cluster.access if entry.break_glass]


@dataclass(frozen=True, kw_only=True)
class DetectionOptions:
    """Options of a foundation's detection, none left open. `lock` is None where records are not locked."""

    trail: Coverage
    keep_days: int
    lock: Literal["governance", "compliance"] | None
    data_events: Literal["off", "writes", "all"]
    guardduty: Coverage
    runtime_monitoring: bool
    access_analyzer: Coverage
    watch_changes: bool
    config: Coverage
    config_recording: Literal["continuous", "daily"]

    @property
    def keeps_records(self) -> bool:
        """Whether anything is written that needs a key."""
        return "own" in (self.trail, self.config)


def detection_options(stack: Foundation) -> DetectionOptions:
    """Options of the file, completed by the level that the stack promises."""
    asked = stack.detection
    guardduty = _coverage(stack, "guardduty")
    runtime = asked.runtime_monitoring
    return DetectionOptions(
        trail=_coverage(stack, "trail"),
        keep_days=asked.keep_days or KEEP_DAYS,
        lock=_lock(stack),
        data_events=asked.data_events or _data_events(stack),
        guardduty=guardduty,
        runtime_monitoring=guardduty == "own" if runtime is None else runtime,
        access_analyzer=_coverage(stack, "access_analyzer"),
        watch_changes=_watches_changes(stack),
        config=_coverage(stack, "config"),
        config_recording=asked.config_recording or "continuous",
    )


def _coverage(stack: Foundation, what: str) -> Coverage:
    said: Coverage | None = getattr(stack.detection, what)
    return said or ("own" if reaches(stack.security, SINCE[what]) else "off")


def _watches_changes(stack: Foundation) -> bool:
    # EventBridge has no calls of an account without any trail; the organisation watches its own.
    trail, asked = _coverage(stack, "trail"), stack.detection.watch_changes
    if asked is None:
        return trail == "own" and reaches(stack.security, "hardened")
    return asked and trail != "off"


def _lock(stack: Foundation) -> Literal["governance", "compliance"] | None:
    asked = stack.detection.trail_lock
    if asked is None:
        return "governance" if reaches(stack.security, "hardened") else None
    return None if asked == "off" else asked


def _data_events(stack: Foundation) -> Literal["off", "writes", "all"]:
    if reaches(stack.security, "regulated"):
        return "all"
    return "writes" if reaches(stack.security, "hardened") else "off"
