import json

from components.account import Account
from components.detection.configuration import ConfigurationHistory, ConfigurationHistoryArgs
from components.detection.detectors import (
    AccessAnalysis,
    AccessAnalysisArgs,
    ThreatDetection,
    ThreatDetectionArgs,
    features,
)
from components.detection.records import RecordsArgs, config_bucket_policy, used_by_config

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
CONFIG = ConfigurationHistoryArgs(
    recorder="paved-foundation-risk",
    recording="daily",
    records=RecordsArgs(
        account=ACCOUNT,
        bucket="paved-foundation-risk-config-111122223333",
        key_arn="arn:aws:kms:us-east-1:111122223333:key/0f6e",
        keep_days=731,
        protect=True,
    ),
)


def test_a_detector_says_of_every_feature_whether_it_is_on(plan_program):
    plan = plan_program(lambda: ThreatDetection("it", ThreatDetectionArgs(runtime=True)))
    detector = plan.one("aws:guardduty/detector:Detector")
    assert detector.inputs["enable"] is True
    statuses = {each.inputs["name"]: each.inputs["status"] == "ENABLED" for each in plan.of(FEATURE)}
    assert statuses == features(runtime=True)


def test_guardduty_installs_no_agent_of_its_own(plan_program):
    plan = plan_program(lambda: ThreatDetection("it", ThreatDetectionArgs(runtime=True)))
    [runtime] = [each for each in plan.of(FEATURE) if each.inputs["name"] == "RUNTIME_MONITORING"]
    agents = runtime.inputs["additionalConfigurations"]
    assert {each["name"] for each in agents} >= {"EKS_ADDON_MANAGEMENT"}
    assert {each["status"] for each in agents} == {"DISABLED"}


def test_runtime_monitoring_alone_is_a_choice():
    with_it, without = features(runtime=True), features(runtime=False)
    assert {name for name in with_it if with_it[name] != without[name]} == {"RUNTIME_MONITORING"}
    assert with_it["EKS_AUDIT_LOGS"] and with_it["S3_DATA_EVENTS"]


def test_a_recorder_records_everything_and_starts_when_it_can_deliver(plan_program):
    plan = plan_program(lambda: ConfigurationHistory("config", CONFIG))
    recorder = plan.one("aws:cfg/recorder:Recorder")
    assert recorder.inputs["recordingGroup"] == {"allSupported": True, "includeGlobalResourceTypes": True}
    assert recorder.inputs["recordingMode"] == {"recordingFrequency": "DAILY"}
    channel = plan.one("aws:cfg/deliveryChannel:DeliveryChannel")
    policy = plan.one("aws:s3/bucketPolicy:BucketPolicy")
    assert {recorder.urn, policy.urn} <= set(channel.depends_on)
    assert channel.urn in plan.one("aws:cfg/recorderStatus:RecorderStatus").depends_on


def test_the_bucket_of_a_recorder_locks_nothing(plan_program):
    plan = plan_program(lambda: ConfigurationHistory("config", CONFIG))
    assert not plan.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")


def test_config_writes_for_this_account_alone():
    document = json.loads(config_bucket_policy(CONFIG.records))
    allowed = [each for each in document["Statement"] if each["Effect"] == "Allow"]
    assert {each["Condition"]["StringEquals"]["aws:SourceAccount"] for each in allowed} == {ACCOUNT.id}
    assert used_by_config(ACCOUNT)["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT.id}}


def test_unused_access_is_looked_for_where_somebody_says_from_when_on(plan_program):
    def analyzers(days):
        args = AccessAnalysisArgs(external_name="external", unused_name="unused", unused_days=days)
        return plan_program(lambda: AccessAnalysis("access", args)).of(ANALYZER)

    assert [each.inputs["type"] for each in analyzers(None)] == ["ACCOUNT"]
    unused = analyzers(90)[1].inputs
    assert unused["type"] == "ACCOUNT_UNUSED_ACCESS"
    assert unused["configuration"] == {"unusedAccess": {"unusedAccessAge": 90}}
