"""What the in-memory account does not hold, so that a rehearsed audit counts it as untold and never as the same."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The properties of a type that begin alike, or by none the whole type, and what the simulator does with them."""

    type: str
    property: str
    reason: str

    def __str__(self) -> str:
        kind = self.type.rpartition(":")[2]
        return f"{self.property} of {kind}" if self.property else f"every {kind}"

    def covers(self, type: str, path: str) -> bool:
        """Whether a value of a resource stands in this gap."""
        plain = re.sub(r"\[\d*\]", "", path)
        return type == self.type and plain.startswith(self.property)


_KEEPS_NOT = "moto takes it and does not keep it"
_GROUPS = "moto drops it where the rule names a security group"
_LISTS = "moto lacks the call that lists them"

GAPS: tuple[Gap, ...] = (
    Gap(
        type="aws:budgets/budget:Budget",
        property="notifications.subscriber",
        reason=_LISTS,
    ),
    Gap(type="aws:budgets/budget:Budget", property="tags", reason=_LISTS),
    Gap(type="aws:cfg/recorder:Recorder", property="recordingMode", reason=_KEEPS_NOT),
    Gap(type="aws:eks/cluster:Cluster", property="accessConfig", reason=_KEEPS_NOT),
    Gap(type="aws:eks/cluster:Cluster", property="deletionProtection", reason=_KEEPS_NOT),
    Gap(type="aws:eks/cluster:Cluster", property="upgradePolicy", reason=_KEEPS_NOT),
    Gap(type="aws:eks/cluster:Cluster", property="contents", reason="moto lacks access entries"),
    Gap(type="aws:eks/nodeGroup:NodeGroup", property="nodeRepairConfig", reason=_KEEPS_NOT),
    Gap(type="aws:eks/nodeGroup:NodeGroup", property="updateConfig", reason=_KEEPS_NOT),
    Gap(
        type="aws:fsx/lustreFileSystem:LustreFileSystem", property="fileSystemTypeVersion", reason=_KEEPS_NOT
    ),
    Gap(
        type="aws:guardduty/detectorFeature:DetectorFeature",
        property="",
        reason="moto keeps the last one alone",
    ),
    Gap(type="aws:s3/bucketNotification:BucketNotification", property="eventbridge", reason=_KEEPS_NOT),
    Gap(type="aws:sqs/queue:Queue", property="redriveAllowPolicy", reason=_KEEPS_NOT),
    Gap(
        type="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", property="description", reason=_GROUPS
    ),
    Gap(
        type="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        property="description",
        reason=_GROUPS,
    ),
)
"""A test takes each one away and sees the audit of an untouched account fail."""


def gap(type: str, path: str, gaps: tuple[Gap, ...] = GAPS) -> Gap | None:
    """The gap that a value stands in."""
    return next((each for each in gaps if each.covers(type, path)), None)
