"""GuardDuty: the detector of an account in a region, and its features."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first
from paved.aws.services import SimulatorGap, iam_actions
from reference.vocabulary import DETECTOR_FEATURE, GUARDDUTY_DETECTOR

IAM_ACTIONS = iam_actions(
    "guardduty",
    "GetAdministratorAccount",
    "GetDetector",
    "ListDetectors",
    "ListFilters",
    "ListIPSets",
    "ListMembers",
    "ListPublishingDestinations",
    "ListThreatIntelSets",
)
SIMULATOR_GAPS = (SimulatorGap(type=DETECTOR_FEATURE, property="", reason="moto keeps the last one alone"),)

RUNTIMES = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
"""The older one is part of the newer; a detector takes one of them."""


@creates(GUARDDUTY_DETECTOR)
def create_detector(inputs: Inputs, api: Api) -> Created:
    if api.internal_call("guardduty", "ListDetectors", {})["DetectorIds"]:
        raise refused("guardduty.CreateDetector", "Enable", "the account has a detector in this region")
    request = {**api.request("guardduty", "CreateDetector", inputs), "Tags": api.tags(inputs) or None}
    request.setdefault("Enable", True)  # as the provider does
    id = api.call("guardduty", "CreateDetector", request)["DetectorId"]
    arn = api.arn("guardduty", f"detector/{id}")
    return Created(id=id, outputs={"arn": arn, "accountId": api.scope.account})


@creates(DETECTOR_FEATURE)
def create_detector_feature(inputs: Inputs, api: Api) -> Created:
    """Deleting one makes no call: the detector keeps the feature as it was."""
    call = "guardduty.UpdateDetector"
    id, name = inputs.take("detectorId"), inputs.take("name")
    try:
        api.internal_call("guardduty", "GetDetector", {"DetectorId": str(id)})
    except Rejected:
        raise refused(call, "DetectorId", "must name a detector that exists by now", id) from None
    if name in RUNTIMES and any(api.is_claimed("guardduty", each) for each in RUNTIMES):
        raise refused(call, "Features.Name", f"must be one of {' and '.join(RUNTIMES)}, not both", name)
    feature = {
        "Name": name,
        "Status": inputs.take("status"),
        "AdditionalConfiguration": [
            {"Name": each.take("name"), "Status": each.take("status")}
            for each in inputs.blocks("additionalConfigurations")
        ],
    }
    given = {key: value for key, value in feature.items() if value}
    api.call("guardduty", "UpdateDetector", {"DetectorId": id, "Features": [given]})
    api.claim("guardduty", str(name))
    return Created(id=f"{id}/{name}")


@reads(GUARDDUTY_DETECTOR, "logging", (), tagged=True)
def read_detector(lookup: Lookup) -> Found:
    id = lookup.one("guardduty.ListDetectors", "DetectorIds")
    detector = _detector(lookup, id)
    return Found(
        names=(id, lookup.arn("guardduty", f"detector/{id}")),
        properties={
            "enable": detector["Status"] == "ENABLED",
            "findingPublishingFrequency": detector.get("FindingPublishingFrequency"),
        },
        tags=lambda: detector.get("Tags", {}),
        contents={
            "filter": lambda: _listed(lookup, id, "filter", "ListFilters", "FilterNames"),
            "trusted addresses": lambda: _listed(lookup, id, "trusted addresses", "ListIPSets", "IpSetIds"),
            "addresses of threats": lambda: _listed(
                lookup, id, "addresses of threats", "ListThreatIntelSets", "ThreatIntelSetIds"
            ),
            "copy of findings": lambda: _destinations(lookup, id),
            "administrator": lambda: _administrator(lookup, id),
            "member": lambda: _members(lookup, id),
        },
    )


@reads(DETECTOR_FEATURE, "logging", ("detectorId", "name"))
def read_detector_feature(lookup: Lookup) -> Found:
    id, name = lookup.name("detectorId"), lookup.name("name")
    features = _detector(lookup, id).get("Features", ())
    feature = first([each for each in features if each["Name"] == name])
    properties = {
        "additionalConfigurations": feature.get("AdditionalConfiguration"),
        "status": feature.get("Status"),
    }
    return Found(names=(f"{id}/{name}",), properties=properties)


def _listed(lookup: Lookup, detector: str, kind: str, operation: str, key: str) -> Iterator[Content]:
    """Things of a detector that a call lists by name: no stack plans one."""
    for name in lookup.pages(f"guardduty.{operation}", key, DetectorId=detector):
        yield _content(kind, str(name))


def _destinations(lookup: Lookup, detector: str) -> Iterator[Content]:
    call = "guardduty.ListPublishingDestinations"
    for each in lookup.pages(call, "Destinations", DetectorId=detector):
        yield _content("copy of findings", str(each["DestinationId"]))


def _administrator(lookup: Lookup, detector: str) -> Iterator[Content]:
    answer = lookup.ask("guardduty.GetAdministratorAccount", DetectorId=detector)
    if account := answer.get("Administrator", {}).get("AccountId"):
        yield _content("administrator", str(account))


def _members(lookup: Lookup, detector: str) -> Iterator[Content]:
    for each in lookup.pages("guardduty.ListMembers", "Members", DetectorId=detector):
        yield _content("member", str(each["AccountId"]))


def _content(kind: str, label: str) -> Content:
    return Content(kind=kind, name=f"{kind} {label}", label=label, concern="logging")


def _detector(lookup: Lookup, id: str) -> Mapping[str, Any]:
    return lookup.ask("guardduty.GetDetector", DetectorId=id)
