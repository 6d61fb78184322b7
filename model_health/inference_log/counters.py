"""Counters of a collector since it started, as Prometheus reads them."""

from collections import Counter
from threading import Lock

from model_health.series import escaped

HELP = {
    "received": "Events of agents, by endpoint",
    "sampled_out": "Events of requests that the sample leaves out, by endpoint",
    "dropped": "Events and feedback that were lost, by endpoint and reason",
    "unreadable": "Bodies that are no JSON, of which nothing is kept, by endpoint",
    "empty": "Requests without a body, such as whether a model is ready, of which nothing is kept, by endpoint",
    "unpaired": "Requests whose answer, or answers whose request, did not come, by endpoint",
    "feedback": "Feedback that was taken, by endpoint",
    "written": "Lines that S3 took",
    "write_failures": "Files that S3 did not take and that are tried anew",
}
"""The end of each series' name, between `inference_log_` and `_total`."""

Labels = tuple[tuple[str, str], ...]


class Counters:
    """Counters by name and labels. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: Counter[tuple[str, Labels]] = Counter()

    def add(self, name: str, number: int = 1, **labels: str) -> None:
        """Count something. Raises KeyError for a name that has no help."""
        HELP[name]
        with self._lock:
            self._found[name, tuple(sorted(labels.items()))] += number

    def start(self, name: str, **labels: str) -> None:
        """Show a counter that has counted nothing, without which its first event would be no increase."""
        self.add(name, 0, **labels)

    def value(self, name: str, **labels: str) -> int:
        """The count of a name and labels."""
        return self._found[name, tuple(sorted(labels.items()))]

    def text(self) -> str:
        """All series, those of one name together."""
        with self._lock:
            found = sorted(self._found.items())
        lines = []
        for name, text in HELP.items():
            series = f"inference_log_{name}_total"
            lines.append(f"# HELP {series} {text}\n# TYPE {series} counter\n")
            for (of, labels), number in found:
                if of == name:
                    inner = ",".join(f'{key}="{escaped(each)}"' for key, each in labels)
                    lines.append(f"{series}{{{inner}}} {number}\n")
        return "".join(lines)
