"""A real Prometheus that holds a month: what was scraped, what the rules of a plan recorded of it, and their alerts.

Samples and answers become blocks by promtool; the rules are asked as range queries at their own interval, those first
that others read. Prometheus is Debian's, on loopback, and ends with the test.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from paved.operations.exports import EXPORTS, INCIDENT_SEVERITIES
from tests.live.month_series import BEFORE, END, MONTH
from tests.live.test_paging import free_port, is_ready

MOST_POINTS = 10_000
"""Points of a range query. Prometheus answers with up to 11,000."""
DEFAULT_INTERVAL = "30s"
READ = re.compile(r'([a-z_:0-9]+)\{sloth_id="([^"]+)"\}')
PATIENCE = 60

SECONDS = {"s": 1, "m": 60, "h": 3600}

Key = tuple[str, str]
"""A recorded series: its name, and the SLO that it is of."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """A rule of a plan, and the seconds between two evaluations."""

    rule: Mapping[str, Any]
    every: int

    @property
    def key(self) -> Key:
        """The series that it records."""
        return self.rule["record"], self.rule["labels"].get("sloth_id", "")

    @property
    def reads(self) -> set[Key]:
        """The recorded series that it reads."""
        return {(name, slo) for name, slo in READ.findall(self.rule["expr"])}


def seconds(duration: str) -> int:
    """The seconds of an interval or a wait of a rule, such as `30s`."""
    return int(duration[:-1]) * SECONDS[duration[-1]]


def evaluated(groups: Iterable[Mapping[str, Any]]) -> list[Evaluated]:
    """Every rule of some groups."""
    return [
        Evaluated(rule=rule, every=seconds(group.get("interval", DEFAULT_INTERVAL)))
        for group in groups
        for rule in group["rules"]
    ]


def calling(rules: Iterable[Evaluated]) -> list[Evaluated]:
    """The alerts that call a person."""
    return [each for each in rules if each.rule.get("labels", {}).get("severity") in INCIDENT_SEVERITIES]


def stages(rules: Sequence[Evaluated]) -> Iterator[list[Evaluated]]:
    """The recording rules that exports and alerts need, those first that others read."""
    recording = {each.key: each for each in rules if "record" in each.rule}
    asked = " ".join(export.query for export in EXPORTS)
    wanted = {key for key in recording if key[0] in asked}
    for alert in calling(rules):
        wanted |= alert.reads & recording.keys()
    while more := {key for each in wanted for key in recording[each].reads & recording.keys()} - wanted:
        wanted |= more
    done: set[Key] = set()
    while left := wanted - done:
        ready = sorted(key for key in left if not recording[key].reads & left)
        yield [recording[key] for key in ready]
        done |= set(ready)


class RecordedMonth:
    """The folder of a Prometheus, and its samples."""

    def __init__(self, folder: Path):
        self._folder, self.port = folder, free_port()
        (folder / "prometheus.yaml").write_text("{}", encoding="utf-8")

    @property
    def address(self) -> str:
        """Where it answers while it runs."""
        return f"http://127.0.0.1:{self.port}"

    def store(self, name: str, lines: Iterable[str]) -> None:
        """Make blocks of samples, for when it starts next."""
        path = self._folder / f"{name}.om"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(lines)
            file.write("# EOF\n")
        # Without the flag the file is read once for every two hours of it.
        backfill = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=768h"]
        subprocess.run([*backfill, path.name, "data"], cwd=self._folder, check=True, capture_output=True)
        path.unlink()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let it answer."""
        command = [
            "prometheus",
            "--config.file=prometheus.yaml",
            "--storage.tsdb.path=data",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        with (self._folder / "prometheus.log").open("ab") as log:
            server = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        try:
            until = time.monotonic() + PATIENCE
            while not is_ready(self.port):
                if server.poll() is not None or time.monotonic() > until:
                    pytest.fail((self._folder / "prometheus.log").read_text(encoding="utf-8")[-2000:])
                time.sleep(0.05)
            yield
        finally:
            server.terminate()
            server.wait(timeout=30)

    def record(self, rules: Sequence[Evaluated]) -> None:
        """Evaluate the rules over the month, stage by stage, then the alerts that call a person."""
        for number, stage in enumerate(stages(rules)):
            with self.running():
                lines = [line for each in stage for line in self._recorded(each)]
            self.store(f"stage-{number}", lines)
        with self.running():
            fired = [line for each in calling(rules) for line in self._fired(each)]
        self.store("alerts", fired)

    def _recorded(self, each: Evaluated) -> Iterator[str]:
        for labels, values in self._answers(each):
            text = _text({**labels, **each.rule["labels"]})
            yield from (f"{each.rule['record']}{{{text}}} {value} {moment}\n" for moment, value in values)

    def _fired(self, each: Evaluated) -> Iterator[str]:
        """The samples of an alert's series, once it has waited."""
        named = {"alertname": each.rule["alert"], "alertstate": "firing"}
        waits = seconds(each.rule["for"]) if "for" in each.rule else 0
        for labels, values in self._answers(each):
            text, since, before = _text({**labels, **each.rule["labels"], **named}), 0, 0
            for moment, _ in values:
                since = since if moment - before == each.every else moment
                before = moment
                if moment - since >= waits:
                    yield f"ALERTS{{{text}}} 1 {moment}\n"

    def _answers(self, each: Evaluated) -> Iterator[tuple[dict[str, str], list[tuple[int, str]]]]:
        """The series that an expression yields, with their samples of the whole month."""
        found: dict[tuple[tuple[str, str], ...], list[tuple[int, str]]] = {}
        length = MOST_POINTS * each.every
        for start in range(MONTH - BEFORE, END + 1, length):
            end = min(start + length - each.every, END)
            asked = {"query": each.rule["expr"], "start": start, "end": end, "step": each.every}
            with urlopen(f"{self.address}/api/v1/query_range", urlencode(asked).encode()) as answer:
                result = json.load(answer)["data"]["result"]
            for series in result:
                labels = {key: value for key, value in series["metric"].items() if key != "__name__"}
                values = found.setdefault(tuple(sorted(labels.items())), [])
                values += [(int(moment), value) for moment, value in series["values"]]
        yield from ((dict(labels), values) for labels, values in found.items())


def _text(labels: Mapping[str, str]) -> str:
    return ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
