"""GuardDuty: the detector of an account in a region, and its features."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first


@reads("aws:guardduty/detector:Detector", "logging", (), tagged=True)
def detector(sought: Lookup) -> Found:
    id = sought.one("guardduty.ListDetectors", "DetectorIds")
    made = _detector(sought, id)
    return Found(
        names=(id, sought.arn("guardduty", f"detector/{id}")),
        properties={
            "enable": made["Status"] == "ENABLED",
            "findingPublishingFrequency": made.get("FindingPublishingFrequency"),
        },
        tags=lambda: made.get("Tags", {}),
    )


@reads("aws:guardduty/detectorFeature:DetectorFeature", "logging", ("detectorId", "name"))
def detector_feature(sought: Lookup) -> Found:
    id, name = sought.name("detectorId"), sought.name("name")
    made = first([each for each in _detector(sought, id).get("Features", ()) if each["Name"] == name])
    return Found(
        names=(f"{id}/{name}",),
        properties={
            "additionalConfigurations": made.get("AdditionalConfiguration"),
            "status": made.get("Status"),
        },
    )


def _detector(sought: Lookup, id: str) -> Mapping[str, Any]:
    return sought.ask("guardduty.GetDetector", DetectorId=id)
