"""Each fault of the data is told with its reason, and none of them as the absence of drift."""

from datetime import timedelta

import numpy as np
import pytest

from tests.model_health.conftest import NOW, logged

pd = pytest.importorskip(
    "pandas", reason="the libraries of the job's image are not here: `make model-health`"
)

DATA = {"kind": "data-drift", "threshold": 0.3}
PERFORMANCE = {"kind": "performance", "metric": "accuracy", "threshold": 0.8}


def frame(rows: int = 400, **columns):
    random = np.random.default_rng(1)
    made = {"a": random.normal(size=rows), "b": random.choice(["x", "y"], rows)}
    return pd.DataFrame({**made, **columns})


def answered(rows: int = 400):
    return frame(rows, prediction=np.arange(rows) % 2)


def labels_of(log):
    return log[["request_id"]].assign(label=log["prediction"].to_numpy())


def refused(found, reason):
    assert found.state == "cannot_tell", found
    assert found.value is None
    assert reason in found.reason


def test_a_reference_without_a_column(check):
    monitor = DATA | {"features": ("a", "c")}
    refused(check(monitor, log=logged(frame(c=1.0)), reference=frame()), "the reference has no column c")


def test_a_log_without_a_column(check):
    refused(check(DATA, log=logged(frame()), reference=frame(c=1.0)), "the inference log has no column c")


def test_a_column_of_another_type(check):
    log = logged(frame().assign(a=lambda rows: rows["a"].astype(str)))
    refused(
        check(DATA, log=log, reference=frame()), "column a is numbers in the reference and words in the log"
    )


def test_no_file_at_all(check):
    refused(check(DATA, reference=frame()), "no .parquet or .jsonl file was written to absent")


def test_no_reference_named(check):
    refused(check(DATA, log=logged(frame())), "the endpoint names no reference")


def test_a_window_without_requests(check):
    log = logged(frame(), ends=NOW - timedelta(hours=25), hours=20)
    refused(check(DATA, log=log, reference=frame()), "no request came from")


def test_a_window_of_few_requests(check):
    refused(
        check(DATA, log=logged(frame(20)), reference=frame()), "20 requests of the window are too few, of 100"
    )


def test_a_column_that_is_all_nan(check):
    refused(
        check(DATA, log=logged(frame(a=np.nan)), reference=frame()), "column a has no value in the window"
    )


def test_a_clock_that_jumped_ahead(check):
    log = logged(frame())
    log.loc[:20, "time"] += timedelta(days=400)
    refused(check(DATA, log=log, reference=frame()), "21 are of the future")


def test_a_clock_that_jumped_back(check):
    log = logged(frame())
    log.loc[:20, "time"] = pd.Timestamp("1970-01-01", tz="UTC")
    refused(check(DATA, log=log, reference=frame()), "21 more than a day older than the window")


def test_times_that_are_none(check):
    log = logged(frame()).assign(time="yesterday")
    refused(check(DATA, log=log, reference=frame()), "400 without a time")


def test_seconds_since_1970_are_times(check):
    log = logged(frame())
    log["time"] = [each.timestamp() for each in log["time"]]
    assert check(DATA, log=log, reference=frame()).state == "passed"


def test_requests_that_were_logged_twice_count_once(check):
    log = logged(frame())
    found = check(DATA, log=pd.concat([log, log[:100]]), reference=frame())
    assert (found.rows, found.details["duplicates"]) == (400, 100)


def test_labels_that_have_not_come(check):
    log = logged(answered())
    refused(check(PERFORMANCE, log=log, labels=labels_of(log)[:120]), "30 % of the predictions have a label")


def test_a_label_that_came_twice_counts_once(check):
    log = logged(answered())
    labels = labels_of(log)
    found = check(PERFORMANCE, log=log, labels=pd.concat([labels, labels[:200]]))
    assert (found.value, found.rows) == (1.0, 400)


def test_labels_that_contradict_each_other(check):
    log = logged(answered())
    labels = labels_of(log)
    wrong = labels[:40].assign(label=1 - labels["label"][:40])
    reason = "40 of 400 labelled requests have labels that contradict each other"
    refused(check(PERFORMANCE, log=log, labels=pd.concat([labels, wrong])), reason)


def test_files_whose_types_clash(check, stored):
    stored("log", logged(frame()).assign(a="word"), part="1")
    refused(check(DATA, log=logged(frame()), reference=frame()), "differ in their columns")


def test_a_check_that_fails_itself_tells_nothing(check, health, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("by a library")

    monkeypatch.setitem(health.MEASURES, "data-drift", broken)
    refused(check(DATA), "the check itself failed: ZeroDivisionError")


def test_a_sample_is_told_and_keeps_labels_with_their_requests(check):
    log = logged(answered(20_000))
    found = check(PERFORMANCE, log=log, labels=labels_of(log), max_rows=2000)
    assert found.value == 1.0
    assert found.details["sampled"]
    assert found.details["labelled_percent"] == 100
    assert 1700 < found.rows < 2300
