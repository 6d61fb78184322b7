"""Events as KServe's agent sends them, and others."""

from datetime import UTC, datetime

import pytest

from model_health.inference_log.events import LONGEST_ID, BadEvent, event_of

# As the agent of KServe v0.20.0 sent them to this collector.
HEADERS = {
    "Ce-Specversion": "1.0",
    "Ce-Id": "7f0c8f7e-0b5e-4e1e-9b8a-5d6c2f1a3b4c",
    "Ce-Source": "ranker-predictor-0",
    "Ce-Type": "org.kubeflow.serving.inference.request",
    "Ce-Time": "2026-11-30T23:59:59.999999999Z",
    "Ce-Inferenceservicename": "ranker",
    "Ce-Namespace": "ranking-dev",
    "Ce-Annotations": '{"paved.dev/model-version":"ranker/2026-11-03"}',
    "Content-Type": "application/json",
}


def test_an_event_of_the_agent_is_read():
    found = event_of(HEADERS, b"{}")
    assert (found.half, found.endpoint, found.version) == ("request", "ranker", "ranker/2026-11-03")
    assert found.time == datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC)


def test_names_of_headers_are_in_any_case_and_values_may_be_encoded():
    encoded = {name.lower(): value.replace('"', "%22").replace("{", "%7B") for name, value in HEADERS.items()}
    assert event_of(encoded, b"{}") == event_of(HEADERS, b"{}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Ce-Type", "org.example.other"),
        ("Ce-Type", ""),
        ("Ce-Id", ""),
        ("Ce-Id", "x" * (LONGEST_ID + 1)),
        ("Ce-Id", "a%0Ab"),
        ("Ce-Time", "yesterday"),
        ("Ce-Time", "2026-11-30T12:00:00"),
        ("Ce-Time", "0001-01-01T00:00:00+23:00"),
        ("Ce-Time", "9999-12-31T23:59:59-23:00"),
    ],
)
def test_what_is_no_event_of_an_agent_is_refused(name, value):
    with pytest.raises(BadEvent):
        event_of({**HEADERS, name: value}, b"{}")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"paved.dev/model-version": 3}'])
def test_a_version_that_cannot_be_read_is_none(text):
    assert event_of({**HEADERS, "Ce-Annotations": text}, b"").version is None
