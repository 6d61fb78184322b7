"""An inference log of JSON lines, by day and compressed, with the feedback that comes to it."""

import gzip
import json
from datetime import timedelta

import pytest

from tests.model_health.conftest import NOW

np = pytest.importorskip("numpy", reason="the libraries of the job's image are not here: `make model-health`")
pytest.importorskip("evidently", reason="the libraries of the job's image are not here: `make model-health`")

DATA = {"kind": "data-drift", "threshold": 0.3}
PERFORMANCE = {"kind": "performance", "metric": "accuracy", "threshold": 0.8}


def requests(count=400, *, shift=0.0, hours=24.0, ends=NOW):
    random = np.random.default_rng(5)
    for index in range(count):
        value = float(random.normal() + shift)
        yield {
            "request_id": f"r{index}",
            "time": (ends - timedelta(hours=hours) * ((index + 0.5) / count)).isoformat(),
            "inputs": {"a": value, "b": "xy"[index % 2]},
            "outputs": {"prediction": int(value > shift), "score": 0.5},
            "latency_ms": 12,
            "model_version": "sprint-42",
        }


@pytest.fixture
def place(tmp_path):
    """Write lines by the day of their time, and return their place."""

    def write(lines, name="log", suffix=".jsonl.gz"):
        days = {}
        for line in lines:
            days.setdefault(line["time"][:10], []).append(json.dumps(line))
        for day, texts in days.items():
            folder = tmp_path / name / f"date={day}"
            folder.mkdir(parents=True, exist_ok=True)
            data = ("\n".join(texts) + "\n").encode()
            (folder / f"0{suffix}").write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
        return str(tmp_path / name)

    return write


@pytest.fixture
def reference(place):
    return place(requests(800), name="reference")


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl"])
def test_drift_is_found_in_lines_and_only_where_it_is(check, place, reference, suffix):
    same = check(DATA, log_at=place(requests(), suffix=suffix), reference_at=reference)
    assert (same.state, same.rows) == ("passed", 400), same.reason
    moved = check(DATA, log_at=place(requests(shift=1), name="moved", suffix=suffix), reference_at=reference)
    assert (moved.state, moved.details["drifted"]) == ("failed", ["a"])


def feedback(lines, **changes):
    for line in lines:
        label = line["outputs"]["prediction"]
        yield {"request_id": line["request_id"], "time": line["time"], "label": label, **changes}


def test_feedback_joins_by_the_request(check, place):
    labels = place(feedback(requests()), name="feedback")
    found = check(PERFORMANCE, log_at=place(requests()), labels_at=labels)
    assert (found.state, found.value, found.rows) == ("passed", 1.0, 400), found.reason


def test_feedback_twice_counts_once_and_contradictions_tell_nothing(check, place):
    log, twice = place(requests()), [*feedback(requests()), *feedback(requests())]
    assert check(PERFORMANCE, log_at=log, labels_at=place(twice, name="twice")).rows == 400
    against = [*feedback(requests()), *feedback(requests(), label=7)]
    found = check(PERFORMANCE, log_at=log, labels_at=place(against, name="against"))
    assert "contradict each other" in found.reason


def test_each_instance_of_a_batch_is_a_row_with_an_id_of_its_own(check, place, reference):
    batches = [
        {**line, "inputs": [line["inputs"]] * 2, "outputs": {"predictions": [1, 0]}} for line in requests()
    ]
    found = check(DATA, log_at=place(batches), reference_at=reference)
    assert (found.rows, found.details["rows"], found.details["duplicates"]) == (800, 400, 0)


def test_a_sample_of_batches_keeps_labels_with_their_instances(check, place):
    batches, labels = [], []
    for line in requests(2000):
        answers = [1, 0]
        batches.append({**line, "inputs": [line["inputs"]] * 2, "outputs": {"predictions": answers}})
        for number, label in enumerate(answers):
            request = f"{line['request_id']}#{number}"
            labels.append({"request_id": request, "time": line["time"], "label": label})
    found = check(PERFORMANCE, log_at=place(batches), labels_at=place(labels, name="feedback"), max_rows=500)
    assert (found.value, found.details["labelled_percent"]) == (1.0, 100.0), found.reason
    assert found.details["sampled"] and 800 < found.rows < 1200


def test_lines_that_were_written_twice_count_once(check, place, reference):
    found = check(DATA, log_at=place([*requests(), *requests()]), reference_at=reference)
    assert (found.rows, found.details["duplicates"]) == (400, 400)


def test_bodies_of_no_known_form_tell_nothing(check, place, reference):
    lines = [{**line, "inputs": None, "outputs": None} for line in requests()]
    found = check(DATA, log_at=place(lines), reference_at=reference)
    assert found.state == "cannot_tell"
    assert "400 of 400 logged bodies cannot be read, the first since it has neither" in found.reason


def test_a_line_that_is_cut_off_tells_nothing(check, place, reference, tmp_path):
    log = place(requests(), suffix=".jsonl")
    for path in (tmp_path / "log").rglob("*.jsonl"):
        path.write_text(path.read_text()[:-40])
    found = check(DATA, log_at=log, reference_at=reference)
    assert (found.state, found.value) == ("cannot_tell", None)
    assert "cannot be read" in found.reason


def test_folders_of_days_before_the_window_are_not_looked_into(check, place, reference, tmp_path):
    log = place(requests())
    old = tmp_path / "log" / "date=2020-01-01"
    old.mkdir()
    (old / "0.jsonl").write_text("no json\n")
    assert check(DATA, log_at=log, reference_at=reference).state == "passed"


def test_two_forms_of_one_log_are_not_mixed(check, place, reference, tmp_path):
    import pandas as pd

    log = place(requests())
    day = next((tmp_path / "log").iterdir())
    pd.DataFrame({"a": [1.0]}).to_parquet(day / "1.parquet")
    found = check(DATA, log_at=log, reference_at=reference)
    assert "has files of Parquet and of JSON" in found.reason


@pytest.mark.parametrize(
    ("shift", "says"), [(30, "400 are of the future"), (-70, "no .parquet or .jsonl file")]
)
def test_a_clock_that_jumped_is_told(check, place, reference, shift, says):
    jumped = list(requests(ends=NOW + timedelta(days=shift)))
    assert says in check(DATA, log_at=place(jumped), reference_at=reference).reason
