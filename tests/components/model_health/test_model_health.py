"""The jobs, the exporter and the alerts of monitored endpoints."""

import importlib
import json
import shutil
import subprocess
from dataclasses import replace
from typing import get_args

import pytest
import yaml

from components.account import Account, ClusterRef
from components.identity.pod_identity import PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.model_health import job
from components.model_health.alerts import FAILED, MISSING, UNKNOWN, rule_group
from components.model_health.identity import RECORDS, monitor_policy
from components.model_health.model_health import ModelHealth
from components.model_health.monitored import HealthJob, ModelHealthArgs, MonitoredEndpoint
from components.monitoring.samples import DATA_CHECKS, MODEL_CHECKS
from model_health.series import HELP
from model_health.settings import KINDS
from reference.exported_series import CHECK_CANNOT_TELL, CHECK_PASSED, CHECKS_RUN
from stacks.schema.monitors import MonitorSpec

PROMTOOL = shutil.which("promtool")
INPUTS = {
    "name": "inputs",
    "window_hours": 24,
    "kind": "data-drift",
    "threshold": 0.3,
    "severity": "ticket",
    "retrain": "drifted",
}
CLICKS = {
    "name": "clicks",
    "window_hours": 24,
    "kind": "performance",
    "threshold": 0.7,
    "severity": "page",
    "metric": "roc_auc",
}
RANKER = MonitoredEndpoint(
    endpoint="ranker",
    cron="0 5 * * *",
    time_zone="Europe/Berlin",
    most_hours=50,
    settings={
        "stack": "ranking-dev",
        "endpoint": "ranker",
        "log": "s3://datasets/inference/ranker/",
        "monitors": [INPUTS, CLICKS],
    },
)
ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
POLICY = monitor_policy(
    ACCOUNT,
    places=["s3://log/ranker/", "s3://datasets/reference/ranker/", "s3://datasets/clicks/labels/"],
    models="models",
    key_alias="paved-ranking-dev",
)
ALL_KINDS = replace(RANKER, settings={"monitors": [{**INPUTS, "kind": kind} for kind in FAILED]})
ARGS = ModelHealthArgs(
    stack="ranking-dev",
    team="ranking",
    namespace="ranking-dev",
    labels={"team": "ranking"},
    models="paved-ranking-dev-models-111122223333",
    identity=PodIdentityArgs(
        cluster=ClusterRef(name="c", arn="arn:aws:eks:us-east-1:111122223333:cluster/c"),
        namespace="ranking-dev",
        service_account="monitor",
        role=RoleArgs(
            name="paved-ranking-dev-monitor",
            description="Jobs that judge models",
            inline={"data": POLICY},
            boundary_arn="arn:aws:iam::111122223333:policy/boundary",
        ),
    ),
    job=HealthJob(
        image="111122223333.dkr.ecr.us-east-1.amazonaws.com/ranking-dev/health@sha256:" + "b" * 64,
        pool="batch",
        cpu=2,
        memory_gib=4,
        timeout_hours=1,
    ),
    endpoints=[RANKER],
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: ModelHealth("ranking-dev", ARGS))


def one(planned, kind):
    (found,) = planned.of(kind)
    return found.inputs


def pods(planned):
    cron_job = one(planned, "kubernetes:batch/v1:CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return cron_job, one(planned, "kubernetes:apps/v1:Deployment")["spec"]["template"]["spec"]


def test_the_job_waits_in_the_teams_queue_for_its_cpu_pool(planned):
    template = one(planned, "kubernetes:batch/v1:CronJob")["spec"]["jobTemplate"]
    assert template["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "train"
    assert template["spec"]["suspend"] is True
    selected = template["spec"]["template"]["spec"]["nodeSelector"]
    assert selected["paved.dev/pool"] == "batch"
    assert selected["paved.dev/accelerator"] == "cpu"


def test_no_pod_has_a_token_or_writes_to_its_image(planned):
    for pod in pods(planned):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_exporter_reads_as_endpoints_do_and_the_job_as_itself(planned):
    check, exporter = pods(planned)
    assert (check["serviceAccountName"], exporter["serviceAccountName"]) == ("monitor", "server")
    assert one(planned, "kubernetes:core/v1:ServiceAccount")["metadata"]["name"] == "monitor"
    assert (
        one(planned, "aws:eks/podIdentityAssociation:PodIdentityAssociation")["serviceAccount"] == "monitor"
    )


def test_the_job_reads_what_its_settings_name_and_replaces_no_record():
    by_sid = {each["Sid"]: each for each in json.loads(POLICY)["Statement"]}
    assert by_sid["ReadData"]["Resource"] == [
        "arn:aws:s3:::datasets/clicks/labels/*",
        "arn:aws:s3:::datasets/reference/ranker/*",
        "arn:aws:s3:::log/ranker/*",
    ]
    assert by_sid["ListData1"]["Condition"] == {
        "StringLike": {"s3:prefix": ["clicks/labels/*", "reference/ranker/*"]}
    }
    assert by_sid["WriteRecordsOnce"]["Resource"] == [f"arn:aws:s3:::models/{RECORDS}/*"]
    assert by_sid["WriteRecordsOnce"]["Condition"] == {"Null": {"s3:if-none-match": "false"}}


def test_records_lie_where_the_jobs_image_writes_them():
    assert importlib.import_module("model_health.records").FOLDER == RECORDS


def test_every_place_of_the_settings_is_one_that_the_job_may_read():
    offline = {**INPUTS, "kind": "skew", "offline": "s3://d/offline/"}
    settings = {"log": "s3://d/log/", "labels": "s3://d/labels/", "monitors": [INPUTS, offline]}
    assert replace(RANKER, settings=settings).places == ["s3://d/log/", "s3://d/labels/", "s3://d/offline/"]


def test_the_job_reads_the_settings_that_the_config_map_holds(planned):
    settings = importlib.import_module("model_health.settings")
    text = one(planned, "kubernetes:core/v1:ConfigMap")["data"]["monitors.json"]
    read = settings.settings_of(text)
    assert [each.kind for each in read.monitors] == ["data-drift", "performance"]
    assert read.endpoint == json.loads(text)["endpoint"] == "ranker"


def test_the_exporter_listens_where_it_is_scraped():
    assert importlib.import_module("model_health.export").PORT == job.EXPORTER_PORT


def test_no_series_bears_another_namespace_than_that_of_its_pod(planned):
    (endpoint,) = one(planned, "kubernetes:monitoring.coreos.com/v1:PodMonitor")["spec"][
        "podMetricsEndpoints"
    ]
    assert "honorLabels" not in endpoint
    assert endpoint["relabelings"] == [{"action": "labeldrop", "regex": "endpoint"}]


def test_each_kind_of_monitor_has_an_alert():
    assert set(FAILED) == set(KINDS)


def test_each_kind_of_monitor_counts_for_one_promise():
    assert sorted([*DATA_CHECKS, *MODEL_CHECKS]) == sorted(KINDS)


def test_a_file_may_ask_for_each_kind_of_monitor():
    assert set(get_args(MonitorSpec.model_fields["kind"].annotation)) == set(KINDS)


def test_the_series_that_rules_and_dashboards_read_are_exported():
    assert {CHECK_PASSED, CHECK_CANNOT_TELL, CHECKS_RUN} <= set(HELP)


SERIES = 'namespace="ranking-dev",endpoint="ranker"'
RUN = (f"model_health_run_timestamp_seconds{{{SERIES}}}", "0x300")


def passed(monitor, values):
    return f'model_health_check_passed{{{SERIES},monitor="{monitor}"}}', values


def unknown(monitor, values):
    return f'model_health_check_cannot_tell{{{SERIES},monitor="{monitor}"}}', values


@pytest.fixture
def firing(tmp_path):
    """The alerts that fire after two hours of some series, by promtool."""
    if PROMTOOL is None:
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")

    def ask(name, *series, wanted):
        (tmp_path / "rules.yaml").write_text(
            yaml.safe_dump({"groups": [rule_group(ARGS, "ranking-dev", RANKER)]})
        )
        query = {
            "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}})',
            "eval_time": "2h",
            "exp_samples": [{"labels": "{}", "value": wanted}] if wanted else [],
        }
        test = {
            "interval": "1m",
            "input_series": [{"series": key, "values": values} for key, values in series],
            "promql_expr_test": [query],
        }
        tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
        (tmp_path / "tests.yaml").write_text(yaml.safe_dump(tests))
        for command in (
            ["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"],
            ["test", "rules", "tests.yaml"],
        ):
            done = subprocess.run(
                [PROMTOOL, *command], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr

    return ask


@pytest.mark.parametrize(
    ("name", "series", "wanted"),
    [
        ("ModelDrifted", [passed("inputs", "0x300")], 1),
        ("ModelDrifted", [passed("inputs", "1x300"), passed("clicks", "0x300")], 0),
        ("ModelDrifted", [], 0),
        ("ModelPerformanceLow", [passed("clicks", "0x300")], 1),
        (UNKNOWN, [unknown("inputs", "1x300"), unknown("clicks", "1x300")], 2),
        (UNKNOWN, [unknown("inputs", "0x300")], 0),
        (MISSING, [RUN], 0),
        (MISSING, [], 1),
        (MISSING, [(RUN[0], "-200000x300")], 1),
        (MISSING, [(RUN[0].replace("ranking-dev", "other-dev"), "0x300")], 1),
    ],
)
def test_an_alert_fires_when_it_should_and_then_alone(firing, name, series, wanted):
    firing(name, *series, wanted=wanted)


def test_a_monitor_that_retrains_bears_the_signal_of_drift():
    rules = {each["labels"].get("monitor"): each for each in rule_group(ARGS, "ranking-dev", RANKER)["rules"]}
    assert rules["inputs"]["labels"]["signal"] == "drift"
    assert rules["inputs"]["labels"]["endpoint"] == "ranker"
    assert "signal" not in rules["clicks"]["labels"]
    assert rules["clicks"]["labels"]["severity"] == "page"
