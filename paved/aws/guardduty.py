"""GuardDuty: the detector of an account, and its features."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected

RUNTIMES = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
"""The older one is part of the newer; a detector takes one of them."""


@creates("aws:guardduty/detector:Detector")
def detector(inputs: Inputs, api: Api) -> Created:
    if api.inside("guardduty", "ListDetectors", {})["DetectorIds"]:
        raise refused("guardduty.CreateDetector", "Enable", "the account has a detector in this region")
    request = {**api.fit("guardduty", "CreateDetector", inputs), "Tags": api.tags(inputs) or None}
    request.setdefault("Enable", True)  # as the provider does
    id = api.call("guardduty", "CreateDetector", request)["DetectorId"]
    arn = api.arn("guardduty", f"detector/{id}")
    return Created(id=id, outputs={"arn": arn, "accountId": api.place.account})


@creates("aws:guardduty/detectorFeature:DetectorFeature")
def detector_feature(inputs: Inputs, api: Api) -> Created:
    """Deleting one makes no call: the detector keeps the feature as it was."""
    call = "guardduty.UpdateDetector"
    id, name = inputs.take("detectorId"), inputs.take("name")
    try:
        api.inside("guardduty", "GetDetector", {"DetectorId": str(id)})
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
    asked = {key: value for key, value in feature.items() if value}
    api.call("guardduty", "UpdateDetector", {"DetectorId": id, "Features": [asked]})
    api.claim("guardduty", str(name))
    return Created(id=f"{id}/{name}")
