"""The bucket, the collectors and the alerts of an inference log."""

import importlib
import json
import shutil
import subprocess
from dataclasses import replace

import pytest
import yaml

from components.account import Account, ClusterRef
from components.inference_log.access import FEEDBACK_FOLDER, collector_policy, log_policy, read_log_policy
from components.inference_log.alerts import DOWN, LOST, rule_group
from components.inference_log.collector import SELECTED
from components.inference_log.inference_log import InferenceLog
from components.inference_log.log_args import InferenceLogArgs, LoggedEndpoint
from reference import inference_log as named
from tests.iam import Request, decides

PROMTOOL = shutil.which("promtool")
ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
BUCKET = "paved-ranking-dev-inference-111122223333"
ARGS = InferenceLogArgs(
    account=ACCOUNT,
    stack="ranking-dev",
    team="ranking",
    namespace="ranking-dev",
    cluster=ClusterRef(name="c", arn="arn:aws:eks:us-east-1:111122223333:cluster/c"),
    bucket=BUCKET,
    days=30,
    key_arn="arn:aws:kms:us-east-1:111122223333:key/k",
    key_alias="paved-ranking-dev",
    boundary_arn="arn:aws:iam::111122223333:policy/boundary",
    endpoints_only=False,
    image="111122223333.dkr.ecr.us-east-1.amazonaws.com/ranking-dev/health@sha256:" + "b" * 64,
    endpoints=[LoggedEndpoint(name="ranker", sample_percent=12.5, redact=["email"], mask=["phone"])],
    labels={"team": "ranking"},
    protect=False,
)
WRITER = collector_policy(ACCOUNT, bucket=BUCKET, endpoints=["ranker"], key_alias="paved-ranking-dev")
CLOSED = log_policy(ACCOUNT, BUCKET, namespace="ranking-dev", endpoints_only=False)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: InferenceLog("ranking-dev", ARGS))


def one(planned, kind):
    (found,) = planned.of(kind)
    return found.inputs


def as_pod(action, key, account, *, namespace="ranking-dev", **more):
    """A request of a pod, as EKS Pod Identity tags its session."""
    context = {
        "aws:principaltag/kubernetes-namespace": (namespace,),
        "aws:principaltag/kubernetes-service-account": (account,),
        "aws:securetransport": ("true",),
        **more,
    }
    return Request(action=action, resource=f"arn:aws:s3:::{BUCKET}/{key}", context=context)


def test_its_names_and_ports_are_those_of_the_image():
    server = importlib.import_module("model_health.inference_log.server")
    assert (server.EVENTS_PORT, server.FEEDBACK_PORT, server.METRICS_PORT) == (
        named.EVENTS_PORT,
        named.FEEDBACK_PORT,
        named.METRICS_PORT,
    )
    collector = importlib.import_module("model_health.inference_log.collector")
    assert collector.FEEDBACK_FOLDER == FEEDBACK_FOLDER
    events = importlib.import_module("model_health.inference_log.events")
    assert events.VERSION_ANNOTATION == named.VERSION_ANNOTATION


def test_the_collector_reads_the_settings_that_the_config_map_holds(planned):
    settings = importlib.import_module("model_health.inference_log.settings")
    found = settings.log_settings_of(one(planned, "kubernetes:core/v1:ConfigMap")["data"]["log.json"])
    assert found.bucket == BUCKET
    kept = found.endpoints["ranker"]
    assert (kept.sample_percent, kept.redact, kept.mask) == (12.5, ("email",), ("phone",))


def test_each_kind_of_text_that_a_file_may_mask_is_known_to_the_image():
    redaction = importlib.import_module("model_health.inference_log.redaction")
    schema = importlib.import_module("stacks.schema.request_log").RequestLogSpec.model_json_schema()
    assert set(schema["properties"]["mask"]["items"]["enum"]) == set(redaction.MASKS)


def test_other_settings_are_other_pods(plan_program):
    def annotations(args):
        found = plan_program(lambda: InferenceLog("ranking-dev", args))
        return one(found, "kubernetes:apps/v1:Deployment")["spec"]["template"]["metadata"]["annotations"]

    other = [LoggedEndpoint(name="ranker", sample_percent=1)]
    assert annotations(ARGS) != annotations(replace(ARGS, endpoints=other))


def test_agents_and_callers_find_the_collectors(planned):
    service = one(planned, "kubernetes:core/v1:Service")
    ports = {each["port"] for each in service["spec"]["ports"]}
    assert ports == {named.EVENTS_PORT, named.FEEDBACK_PORT}
    assert service["metadata"]["name"] == "inference-log"
    assert service["spec"]["sessionAffinity"] == "ClientIP"
    template = one(planned, "kubernetes:apps/v1:Deployment")["spec"]["template"]
    assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
    assert named.events_url("ranking-dev").startswith("http://inference-log.ranking-dev.svc")


def test_no_pod_of_it_has_a_token_or_writes_to_its_image(planned):
    pod = one(planned, "kubernetes:apps/v1:Deployment")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["serviceAccountName"] == "logger"
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


def test_what_is_kept_goes_after_its_days(planned):
    rules = {
        each["id"]: each
        for each in one(planned, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]
    }
    for folder in ("log", "feedback"):
        rule = rules[f"expiry-{folder}"]
        assert (rule["filter"], rule["expiration"]) == ({"prefix": f"{folder}/"}, {"days": 30})
    # Of the whole bucket there is none: DR-01 holds such a one to what is asked of logs of the platform.
    assert not [
        each for each in rules.values() if not each["filter"]["prefix"] and "days" in each["expiration"]
    ]
    assert rules["housekeeping"]["noncurrentVersionExpiration"] == {"noncurrentDays": 7}


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        (
            as_pod("s3:PutObject", "log/ranker/date=2026-11-30/a", "logger", **{"s3:if-none-match": ("*",)}),
            "allow",
        ),
        (as_pod("s3:PutObject", "feedback/ranker/a", "logger", **{"s3:if-none-match": ("*",)}), "allow"),
        (as_pod("s3:PutObject", "log/ranker/date=2026-11-30/a", "logger"), "nothing"),
        (as_pod("s3:PutObject", "other/a", "logger", **{"s3:if-none-match": ("*",)}), "nothing"),
        (as_pod("s3:GetObject", "log/ranker/a", "logger"), "nothing"),
        (as_pod("s3:DeleteObject", "log/ranker/a", "logger"), "nothing"),
    ],
)
def test_a_collector_creates_lines_and_does_nothing_else(request_, wanted):
    assert decides(WRITER, request_) == wanted


@pytest.mark.parametrize(
    ("action", "account", "wanted"),
    [
        ("s3:GetObject", "monitor", "nothing"),
        ("s3:GetObject", "trainer", "deny"),
        ("s3:GetObject", "server", "deny"),
        ("s3:GetObjectVersion", "logger", "deny"),
        ("s3:PutObject", "logger", "nothing"),
        ("s3:PutObject", "monitor", "deny"),
        ("s3:PutObject", "promoter", "deny"),
        ("s3:DeleteObject", "logger", "deny"),
        ("s3:DeleteObjectVersion", "monitor", "deny"),
    ],
)
def test_the_bucket_refuses_a_role_that_is_too_wide(action, account, wanted):
    assert decides(CLOSED, as_pod(action, "log/ranker/a", account)) == wanted


def test_the_bucket_refuses_another_teams_monitor():
    assert (
        decides(CLOSED, as_pod("s3:GetObject", "log/ranker/a", "monitor", namespace="vision-dev")) == "deny"
    )


def test_people_read_by_the_policy_that_is_attached_to_their_role():
    policy = read_log_policy(ACCOUNT, bucket=BUCKET, key_alias="paved-ranking-dev")
    read = Request(
        action="s3:GetObject",
        resource=f"arn:aws:s3:::{BUCKET}/log/ranker/a",
        context={"aws:securetransport": ("true",)},
    )
    assert decides(policy, read) == "allow"
    assert decides(CLOSED, read) == "nothing"
    assert decides(policy, replace(read, action="s3:PutObject")) == "nothing"


def test_its_series_keep_the_endpoints_name(planned):
    spec = one(planned, "kubernetes:monitoring.coreos.com/v1:PodMonitor")["spec"]
    assert spec["selector"]["matchLabels"] == SELECTED
    [scraped] = spec["podMetricsEndpoints"]
    assert scraped["relabelings"] == [{"action": "labeldrop", "regex": "endpoint"}]


UP = 'up{namespace="ranking-dev",pod="inference-log-7d4f-x"}'
DROPPED = 'inference_log_dropped_total{namespace="ranking-dev",endpoint="",reason="too_large"}'


@pytest.mark.parametrize(
    ("name", "series", "wanted"),
    [
        (DOWN, {UP: "1x120"}, 0),
        (DOWN, {UP: "0x120"}, 1),
        (DOWN, {}, 1),
        (DOWN, {UP.replace("ranking-dev", "other-dev"): "1x120"}, 1),
        (LOST, {DROPPED: "0x120"}, 0),
        (LOST, {DROPPED: "0x90 3x30"}, 1),
        (LOST, {DROPPED: "0x20 3x100"}, 0),
        (LOST, {}, 0),
    ],
)
def test_an_alert_of_the_log_fires_when_it_should(tmp_path, name, series, wanted):
    if PROMTOOL is None:
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")
    group = {"groups": [rule_group(ARGS, "ranking-dev")]}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(group))
    query = {
        "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}})',
        "eval_time": "2h",
        "exp_samples": [{"labels": "{}", "value": wanted}] if wanted else [],
    }
    test = {
        "interval": "1m",
        "input_series": [{"series": key, "values": values} for key, values in series.items()],
        "promql_expr_test": [query],
    }
    whole = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(whole))
    for command in (
        ["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"],
        ["test", "rules", "tests.yaml"],
    ):
        done = subprocess.run([PROMTOOL, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_says_whose_log_it_is():
    for each in rule_group(ARGS, "ranking-dev")["rules"]:
        assert each["labels"] == {"namespace": "ranking-dev", "team": "ranking", "severity": "ticket"}
    assert json.loads(ARGS.text)["endpoints"]["ranker"]["sample_percent"] == 12.5
