"""A real Alertmanager silences what follows from a cause, for the same subject alone, by the inhibitions of routes."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from components.monitoring.routing import AlertRouting, AlertRoutingArgs, inhibitions, outside_teams
from tests.components.monitoring.alertmanager_yml import alertmanager_yml
from tests.live.test_paging import ALERTMANAGER, CONFIG, eventually, free_port, is_ready

MAIL = {"topic_arn": "arn:aws:sns:us-east-1:111122223333:t", "region": "us-east-1", "labels": {}}
OF_THE_PLATFORM = ("team", "cluster", "resource", "Hostname")
"""Labels that must be equal of causes that are no endpoint's: their alerts bear no team's namespace."""
LABELS = ("sloth_service", "sloth_id", "endpoint", "gpu", *OF_THE_PLATFORM)
NAMES = {
    "EndpointMetricsMissing|EndpointSaturated|Endpoint(Error|Latency)BudgetBurns(Fast|Slowly)|ObjectiveUnmeasured": (
        "EndpointLatencyBudgetBurnsSlowly"
    ),
}
"""A name that an expression with parentheses matches."""

Ask = Callable[[list[dict[str, str]]], dict[str, str]]


@pytest.fixture
def states(tmp_path: Path, plan_program: Any) -> Iterator[Ask]:
    """Post alerts to an Alertmanager with the routes of a platform and a team; tells each one's state by its name."""
    if ALERTMANAGER is None:
        pytest.skip("alertmanager is not on PATH (Debian: prometheus-alertmanager)")

    def program() -> None:
        AlertRouting("team", AlertRoutingArgs(namespace="vision-prod", **MAIL))
        AlertRouting("cluster", AlertRoutingArgs(namespace="monitoring", matchers=[outside_teams()], **MAIL))

    configs = [each.inputs for each in plan_program(program).of(CONFIG)]
    routes = alertmanager_yml(configs, webhook="http://127.0.0.1:9")
    (tmp_path / "alertmanager.yml").write_text(yaml.safe_dump(routes), encoding="utf-8")
    port = free_port()
    command = [
        ALERTMANAGER,
        "--config.file=alertmanager.yml",
        "--storage.path=alerts",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/api/v2/alerts"

    def ask(alerts: list[dict[str, str]]) -> dict[str, str]:
        body = json.dumps([{"labels": each} for each in alerts]).encode()
        urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=5).close()

        def found() -> dict[str, str]:
            with urlopen(address, timeout=5) as answer:
                return {each["labels"]["id"]: each["status"]["state"] for each in json.load(answer)}

        eventually(
            lambda: "unprocessed" not in [found().get(each["id"], "unprocessed") for each in alerts], "states"
        )
        return found()

    try:
        eventually(lambda: is_ready(port), "Alertmanager to be ready")
        yield ask
    finally:
        running.terminate()
        running.wait(timeout=30)


def labelled(name: str, rule: dict[str, Any], subject: str, role: str) -> dict[str, str]:
    """An alert about a subject. It has every label, as a label that two alerts lack is equal."""
    of_platform = set(rule["equal"]) & set(OF_THE_PLATFORM) and not name.startswith("Model")
    namespace = {} if of_platform else {"namespace": "vision-prod"}
    return {
        "alertname": name,
        "severity": "ticket",
        "id": role,
        **dict.fromkeys(LABELS, subject),
        **namespace,
    }


def test_each_cause_silences_what_follows_from_it_and_nothing_of_others(states: Ask) -> None:
    alerts, expected = [], {}
    for place, rule in enumerate(inhibitions()):
        (source,), (target,) = rule["sourceMatch"], rule["targetMatch"]
        name = NAMES.get(target["value"], target["value"].partition("|")[0])
        alerts += [
            labelled(source["value"], rule, f"one-{place}", f"{place} cause"),
            labelled(name, rule, f"one-{place}", f"{place} follows"),
            labelled(name, rule, f"another-{place}", f"{place} other"),
        ]
        expected |= {f"{place} cause": "active", f"{place} follows": "suppressed", f"{place} other": "active"}
    states(alerts[::3])  # causes first, as Alertmanager learns of them
    assert states(alerts) == expected
