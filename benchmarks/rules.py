"""`python -m benchmarks.rules`: the share of a processor that the rules of many endpoints take in a real Prometheus.

Needs `prometheus` and `promtool` on PATH (Debian package `prometheus`).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from components.monitoring.endpoint_rules import EndpointSlo, endpoint_groups
from components.monitoring.indicators import OUTCOMES, answers_in_time
from components.monitoring.load import RequestsInFlight
from components.monitoring.objective import Indicator, Objective, Promise
from components.monitoring.subject import Subject
from reference.model_servers import MLSERVER

STEP = 30
WATCHED_SECONDS = 240
"""Two of the longest interval of a group."""
STACK = "bench-prod"
LABELS = 'app_name="mlserver",method="POST",path="/v2/models/{model_name}/infer"'
HISTOGRAM = "rest_server_request_duration_seconds"
RECORDED = {"slo:sli_requests:rate5m": 2, "slo:sli_failures:rate5m": 0, "slo:objective:ratio": 0.99}
"""The recorded series that long windows and the period read, and a value of each."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Backfill series that end now, let Prometheus evaluate every group once, and print what it takes from then on."""
    parser = argparse.ArgumentParser(description="Time the rules of many endpoints in a real Prometheus.")
    parser.add_argument("--endpoints", type=int, default=100)
    parser.add_argument("--hours", type=int, default=72, help="the age of the oldest sample")
    parser.add_argument("--port", type=int, default=19090)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        write_series(Path(folder), given.endpoints, given.hours)
        groups, used = evaluated(Path(folder), given.endpoints, given.port)
    sys.stdout.write(summary(groups, given.endpoints, used))


def endpoint(number: int) -> EndpointSlo:
    """An endpoint that promises availability and latency."""
    subject = Subject(
        stack=STACK, namespace=STACK, name=f"e{number}", tier=1, team="bench", escalation="bench"
    )
    assert MLSERVER.latency
    availability, latency = OUTCOMES["mlserver"], answers_in_time(MLSERVER.latency, 250)
    return EndpointSlo(
        availability=_objective(subject, "availability", availability),
        others=(_objective(subject, "latency", latency),),
        runtime="mlserver",
        signal=RequestsInFlight(runtime="mlserver", per_replica=4),
        max_replicas=3,
    )


def _objective(subject: Subject, promise: Promise, indicator: Indicator) -> Objective:
    return Objective(
        subject=subject,
        promise=promise,
        percent=Decimal(99),
        min_events_per_hour=100,
        indicator=indicator,
    )


def write_series(folder: Path, endpoints: int, hours: int) -> None:
    """Write blocks of what two replicas of each endpoint export, a request a second each, and what rules recorded."""
    end = int(time.time())
    moments = range(end - hours * 3600, end, STEP)
    with (folder / "series.om").open("w", encoding="utf-8") as file:
        for name, counters in _families(endpoints).items():
            file.write(f"# TYPE {name} unknown\n")
            for labels in counters:
                file.writelines(f"{name}{{{labels}}} {at - moments[0]} {at}\n" for at in moments)
        for name, value in RECORDED.items():
            file.write(f"# TYPE {name} unknown\n")
            for labels in _objectives(endpoints):
                file.writelines(f"{name}{{{labels}}} {value} {at}\n" for at in moments)
        file.write("# EOF\n")
    backfill = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "series.om", "data"]
    subprocess.run(backfill, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _families(endpoints: int) -> dict[str, list[str]]:
    jobs = [
        f'job="{STACK}/e{number}",pod="{pod}",{LABELS},status_code="200"'
        for number in range(endpoints)
        for pod in ("a", "b")
    ]
    return {
        "rest_server_requests_total": jobs,
        f"{HISTOGRAM}_count": jobs,
        f"{HISTOGRAM}_sum": jobs,
        f"{HISTOGRAM}_bucket": [f'{labels},le="0.25"' for labels in jobs],
    }


def _objectives(endpoints: int) -> list[str]:
    """The labels of the series that the rules of each objective record."""
    found: list[str] = []
    for number in range(endpoints):
        slo = endpoint(number)
        for objective in (slo.availability, *slo.others):
            found.append(",".join(f'{key}="{value}"' for key, value in objective.identity.items()))
    return found


def evaluated(folder: Path, endpoints: int, port: int) -> tuple[list[dict[str, Any]], float]:
    """Run Prometheus until it has evaluated every group, then for `WATCHED_SECONDS` more.

    Returns its groups and the share of one processor that it used in that time. Raises TimeoutError after ten minutes.
    """
    rules = [group for number in range(endpoints) for group in endpoint_groups(endpoint(number))]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": rules}), encoding="utf-8")
    (folder / "prometheus.yaml").write_text("rule_files: [rules.yaml]\n", encoding="utf-8")
    server = subprocess.Popen(
        [
            "prometheus",
            "--config.file=prometheus.yaml",
            "--storage.tsdb.path=data",
            "--storage.tsdb.retention.time=90d",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        groups = _wait(f"{address}/api/v1/rules", time.monotonic() + 600)
        before, begin = _cpu_seconds(address), time.monotonic()
        time.sleep(WATCHED_SECONDS)
        return groups, (_cpu_seconds(address) - before) / (time.monotonic() - begin)
    finally:
        server.terminate()
        server.wait()


def _wait(url: str, deadline: float) -> list[dict[str, Any]]:
    while time.monotonic() < deadline:
        time.sleep(5)
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                groups: list[dict[str, Any]] = json.load(answer)["data"]["groups"]
        except OSError:  # it does not listen yet
            continue
        if groups and all(group["evaluationTime"] for group in groups):
            return groups
    raise TimeoutError("Prometheus has not evaluated every group within ten minutes")


def _cpu_seconds(address: str) -> float:
    """The processor time that a Prometheus has used. Raises ValueError where it does not say."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:
        for line in answer.read().decode().splitlines():
            name, _, value = line.partition(" ")
            if name == "process_cpu_seconds_total":
                return float(value)
    raise ValueError("Prometheus tells no process_cpu_seconds_total")


def summary(groups: Sequence[dict[str, Any]], endpoints: int, used: float) -> str:
    """The rules by their interval, and the share of one processor that they take."""
    lines = [f"{endpoints} endpoints, {sum(len(group['rules']) for group in groups)} rules"]
    for interval in sorted({group["interval"] for group in groups}):
        rules = sum(len(group["rules"]) for group in groups if group["interval"] == interval)
        lines.append(f"every {interval:g} s: {rules} rules")
    return "\n".join([*lines, f"{used:.3f} of one processor"]) + "\n"


if __name__ == "__main__":
    main()
