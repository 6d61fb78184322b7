"""A month of an organisation as its tools export it, with events planted in it that a report has to find again."""

import json
import os
import subprocess
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from paved.billing.month import Month
from paved.operations.exports import EXPORTS, POOL, STACK
from paved.operations.goodput import PoolKey
from paved.operations.gpu_prices import GpuPrices
from paved.operations.period import STEP_SECONDS, Period

NOVEMBER = Month.read("2026-11")
DAY = 24 * 3600 // STEP_SECONDS
"""Steps of a day."""
DETECTOR = "vision-prod.defect-detector"
PRICES = GpuPrices(by_pool={PoolKey(stack="vision-prod", pool="h100"): Decimal("6.88")}, basis="test")


def period(days=30):
    """November 2026 up to a day."""
    return Period(month=NOVEMBER, as_of=date(2026, 11, days) if days < 30 else date(2026, 12, 1))


def at(day, hour=0, minute=0):
    """A moment of November."""
    return datetime(2026, 11, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1)


def step(day, hour=0, minute=0):
    """The step that ends at a moment of November."""
    return int((at(day, hour, minute) - at(1)).total_seconds()) // STEP_SECONDS


def rfc3339(moment):
    """A moment as Pulumi writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def answer(series, of=None):
    """The answer of a range query: (labels, value by step) for each series."""
    of = of or period()
    result = []
    for labels, values in series:
        samples = [[of.moment(number).timestamp(), f"{value:g}"] for number, value in sorted(values.items())]
        result.append({"metric": labels, "values": samples})
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def steady(value, first, last):
    """A value from one step to another."""
    return dict.fromkeys(range(first, last + 1), value)


def update(version, start, minutes=4, **changes):
    """An update as `pulumi stack history --json` prints it: of CI, which changed a resource, and succeeded."""
    environment = {"git.head": "a" * 40, "git.dirty": "false", "ci.system": "GitHub", "exec.kind": "cli"}
    environment |= changes.pop("environment", {})
    return {
        "version": version,
        "kind": "update",
        "startTime": rfc3339(start),
        "message": "merge",
        "environment": {key: value for key, value in environment.items() if value is not None},
        "config": {},
        "result": "succeeded",
        "endTime": rfc3339(start + timedelta(minutes=minutes)),
        "resourceChanges": {"same": 40, "update": 2},
        **changes,
    }


AVAILABLE = (DETECTOR, "availability", 0.999)
"""The objective of the sample organisation's endpoint of tier 1."""


class Folder:
    """A folder of exports to write into."""

    def __init__(self, path, of=None):
        self.path, self.period = path, of or period()

    def write(self, name, content):
        """Write a file: text as it is, data as JSON."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def export(self, name, *series, platform="platform-prod"):
        """Write the answer of one of the queries."""
        assert name in {export.name for export in EXPORTS}
        return self.write(f"{platform}/{name}.json", answer(series, self.period))

    def objectives(self, *months, platform="platform-prod"):
        """Write the month of each objective: of a service, a promise, its share, and events and bad ones by step.

        One that is sampled has looks as well.
        """
        names = {"slo_objective": [], "slo_requests": [], "slo_failures": [], "slo_looks": []}
        for (service, slo, share), events, bad, *sampled in months:
            labels = {"sloth_service": service, "sloth_slo": slo}
            names["slo_objective"].append((labels, steady(share, 1, self.period.steps)))
            names["slo_requests"].append((labels, events))
            names["slo_failures"].append((labels, bad))
            if sampled:
                names["slo_looks"].append((labels, dict.fromkeys(events, 1)))
        for name, series in names.items():
            self.export(name, *series, platform=platform)

    def watchdog(self, platform="platform-prod"):
        """Write that the rules were evaluated all month."""
        self.export("watchdog", ({}, steady(1, 1, self.period.steps)), platform=platform)


def alert(name, severity, first, last, **labels):
    """A series of the export of alerts."""
    return {"alertname": name, "severity": severity, **labels}, steady(1, first, last)


def endpoint_alert(name, first, last, severity="page"):
    """An alert of the sample organisation's endpoint of tier 1."""
    labels = {"tier": "1", "team": "vision", "namespace": "vision-prod", "sloth_service": DETECTOR}
    return alert(name, severity, first, last, **labels)


class Gpus:
    """Nodes with GPUs, pods on them, and what DCGM measures: the exports of goodput."""

    def __init__(self):
        self.series = {name: [] for name in EXPORT_NAMES}

    def node(self, name, gpus, first, last, stack="vision-prod", pool="h100"):
        """A node that is there for some steps."""
        self.series["gpu_nodes"].append(({"node": name, STACK: stack, POOL: pool}, steady(gpus, first, last)))

    def pod(self, name, node, gpus, phases, namespace="vision-prod", job=None):
        """A pod with its phases: (phase, first step, last step)."""
        pod = {"namespace": namespace, "pod": name}
        for phase, first, last in phases:
            labels = {"node": node, **pod, "phase": phase}
            self.series["gpu_pods"].append((labels, steady(gpus, first, last)))
        if job:
            self.series["gpu_jobs"].append(
                ({**pod, "owner_name": job}, steady(1, phases[0][1], phases[-1][2]))
            )

    def measure(self, name, first, last, measured, busy, throttled=0, sm_active=0.5, namespace="vision-prod"):
        """What DCGM says of a pod's GPUs."""
        pod = {"namespace": namespace, "pod": name}
        self.series["gpu_measured"].append((pod, steady(measured, first, last)))
        if busy:
            self.series["gpu_busy"].append((pod, steady(busy, first, last)))
        if throttled:
            self.series["gpu_throttled"].append((pod, steady(throttled, first, last)))
        self.series["gpu_sm_active"].append((pod, steady(sm_active * measured, first, last)))

    def busy(self, name, first, last, busy, namespace="vision-prod"):
        """More steps in which a pod used its GPUs."""
        pod = {"namespace": namespace, "pod": name}
        for labels, values in self.series["gpu_busy"]:
            if labels == pod:
                values |= steady(busy, first, last)
                return
        self.series["gpu_busy"].append((pod, steady(busy, first, last)))

    def write(self, folder, platform="platform-prod"):
        """Write every export of goodput."""
        for name, series in self.series.items():
            folder.export(name, *series, platform=platform)


EXPORT_NAMES = (
    "gpu_nodes",
    "gpu_pods",
    "gpu_jobs",
    "gpu_measured",
    "gpu_busy",
    "gpu_throttled",
    "gpu_sm_active",
)


class Repository:
    """A Git repository of stack files, with commits at given moments."""

    def __init__(self, path: Path):
        self.path = path
        self.stacks = path / "stacks"
        self.stacks.mkdir(parents=True)
        self._git("init", "--quiet", "--initial-branch=main")

    def commit(self, moment, *files):
        """Change some files in one commit, and return its name."""
        for name in files:
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"# {moment.isoformat()}\n")
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "change", when=moment)
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments, when=None):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        environment |= {
            f"GIT_{who}_{what}": "t@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        if when:
            environment |= {f"GIT_{who}_DATE": when.isoformat() for who in ("AUTHOR", "COMMITTER")}
        command = ["git", "-C", str(self.path), "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
