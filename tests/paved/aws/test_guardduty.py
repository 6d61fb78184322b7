"""GuardDuty: the detector and its features."""

DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


def test_a_detector_has_its_features_one_by_one(account):
    id, _ = account.create(DETECTOR, {"enable": True, "findingPublishingFrequency": "FIFTEEN_MINUTES"})
    agents = [{"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"}]
    feature = {"detectorId": id, "name": "RUNTIME_MONITORING", "status": "ENABLED"}
    account.create(FEATURE, {**feature, "additionalConfigurations": agents})
    assert account.calls == ["guardduty.UpdateDetector"]
    assert account.client("guardduty").get_detector(DetectorId=id)["Features"][0]["Name"] == (
        "RUNTIME_MONITORING"
    )


def test_a_region_has_one_detector_and_one_kind_of_runtime_monitoring(account):
    id, _ = account.create(DETECTOR, {"enable": True})
    assert "the account has a detector" in account.rejections(DETECTOR, {"enable": True}, name="two")[0]
    feature = {"detectorId": id, "name": "RUNTIME_MONITORING", "status": "ENABLED"}
    account.create(FEATURE, feature)
    older = {**feature, "name": "EKS_RUNTIME_MONITORING"}
    assert "not both" in account.rejections(FEATURE, older, name="older")[0]


def test_a_feature_that_the_model_does_not_know_is_refused(account):
    id, _ = account.create(DETECTOR, {"enable": True})
    feature = {"detectorId": id, "name": "EKS_AUDIT_LOG", "status": "ENABLED"}
    assert "EKS_AUDIT_LOGS" in account.rejections(FEATURE, feature)[0]
