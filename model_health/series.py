"""The series of the newest records, as Prometheus reads them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

VERSION = 1
"""Of the records that this exporter reads."""

HELP = {
    "model_health_check_passed": "1 where the check passed and 0 where it failed; missing where it cannot tell",
    "model_health_check_cannot_tell": "1 where the data does not answer the check",
    "model_health_check_value": "The value that the check measured; missing where it cannot tell",
    "model_health_check_threshold": "The value beyond which the check fails",
    "model_health_check_rows": "The rows that the value is of",
    "model_health_run_timestamp_seconds": "The end of the newest run",
    "model_health_read_success": "1 where the newest record was read",
}

Sample = tuple[str, Mapping[str, str], float]


def exposition(records: Mapping[str, Mapping[str, Any] | None]) -> str:
    """The text of all series, by endpoint. An endpoint without a record that can be read has no check."""
    samples: list[Sample] = []
    for endpoint, record in sorted(records.items()):
        readable = record is not None and record.get("version") == VERSION
        samples.append(("model_health_read_success", {"endpoint": endpoint}, float(readable)))
        if record is not None and readable:
            samples += of_record(endpoint, record)
    return "".join(lines(samples))


def of_record(endpoint: str, record: Mapping[str, Any]) -> Iterator[Sample]:
    """The samples of one record."""
    finished = datetime.strptime(record["finished"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    yield "model_health_run_timestamp_seconds", {"endpoint": endpoint}, finished.timestamp()
    for check in record["checks"]:
        labels = {"endpoint": endpoint, "monitor": check["monitor"], "kind": check["kind"]}
        yield "model_health_check_cannot_tell", labels, float(check["state"] == "cannot_tell")
        yield "model_health_check_threshold", labels, check["threshold"]
        if check["state"] != "cannot_tell":
            yield "model_health_check_passed", labels, float(check["state"] == "passed")
            yield "model_health_check_value", labels, check["value"]
            yield "model_health_check_rows", labels, check["rows"]


def lines(samples: Sequence[Sample]) -> Iterator[str]:
    """Samples as text, those of one series together, as the format demands."""
    for name, text in HELP.items():
        found = [each for each in samples if each[0] == name]
        if found:
            yield f"# HELP {name} {text}\n# TYPE {name} gauge\n"
        for _, labels, value in found:
            inner = ",".join(f'{key}="{escaped(each)}"' for key, each in labels.items())
            yield f"{name}{{{inner}}} {value:.15g}\n"


def escaped(value: str) -> str:
    """The value of a label."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
