"""The probe of an endpoint: what the platform's prober asks it, as often as the rules look."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input, Output

from components.charts import PROBER_ADDRESS
from components.monitoring.rules import INTERVAL
from reference.model_servers import model_server

MODULE = "http_2xx"
"""The one thing that the prober does: a GET that ends well with a status of 2xx."""
TIMEOUT = "10s"
"""Longer than the prober's own 5 seconds, so that no answer is a failed probe and not a failed scrape."""

KEPT = "probe_(duration_seconds|http_status_code|success)"
"""The series that rules and runbooks read, of some twenty."""


def probe_spec(url: Input[str], endpoint: str, runtime: str) -> Mapping[str, Any]:
    """Ask the server behind an endpoint's address whether its model is loaded."""
    target = Output.concat(url, model_server(runtime).ready.format(model=endpoint))
    return {
        "prober": {"url": PROBER_ADDRESS},
        "module": MODULE,
        "interval": INTERVAL,
        "scrapeTimeout": TIMEOUT,
        "targets": {"staticConfig": {"static": [target]}},
        "metricRelabelings": [{"action": "keep", "sourceLabels": ["__name__"], "regex": KEPT}],
    }
