import os

import numpy as np
import pytest

from tests.model_health.conftest import logged

pytest.importorskip("evidently", reason="the libraries of the job's image are not here: `make model-health`")
pd = pytest.importorskip("pandas")
datasets = pytest.importorskip("sklearn.datasets")

DATA = {"kind": "data-drift", "threshold": 0.3}
PREDICTION = {"kind": "prediction-drift", "threshold": 0.1}
WINDOWS = int(os.environ.get("CLEAN_WINDOWS", "10"))
"""Clean windows whose alarms are counted. The guide has the count of a thousand, by CLEAN_WINDOWS=1000."""
COLLECTIONS = {
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "wine": datasets.load_wine,
    "diabetes": datasets.load_diabetes,
    "iris": datasets.load_iris,
}


def drawn(collection: str, rows: int, seed: int):
    """Rows of a collection, drawn anew: more than it has, and none of them ordered."""
    found = COLLECTIONS[collection](as_frame=True).data
    varying = found.loc[:, found.nunique() > 1]
    return varying.sample(rows, replace=True, random_state=seed, ignore_index=True)


def alarms(windows: int) -> tuple[int, int]:
    """The clean windows of 500 rows, the least that is judged, that fail; and the features that drift in them."""
    from model_health.monitors.drift import distances
    from model_health.settings import Monitor

    monitor = Monitor(name="m", window_hours=24, **DATA)
    reference = drawn("breast_cancer", 5000, 0)
    failed = drifted = 0
    for seed in range(1, windows + 1):
        found = distances(monitor, reference, drawn("breast_cancer", 500, seed), list(reference))
        count = sum(far >= monitor.distance for far in found.values())
        drifted += count
        failed += monitor.fails(count / len(found))
    return failed, drifted


@pytest.mark.parametrize("collection", sorted(COLLECTIONS))
def test_a_clean_window_does_not_drift(check, collection):
    found = check(DATA, log=logged(drawn(collection, 2000, 1)), reference=drawn(collection, 2000, 2))
    assert found.state == "passed", found.reason
    assert found.value <= 0.05


@pytest.mark.parametrize("collection", sorted(COLLECTIONS))
def test_a_shift_of_half_a_deviation_is_found(check, collection):
    reference = drawn(collection, 2000, 2)
    shifted = drawn(collection, 2000, 1) + 0.5 * reference.std()
    found = check(DATA, log=logged(shifted), reference=reference)
    assert found.state == "failed"
    assert found.value > 0.9


def test_the_feature_that_drifts_is_named(check):
    reference = drawn("breast_cancer", 2000, 2)
    log = drawn("breast_cancer", 2000, 1)
    log["mean radius"] *= 1.3
    found = check(DATA | {"threshold": 0.01}, log=logged(log), reference=reference)
    assert (found.state, found.details["drifted"]) == ("failed", ["mean radius"])


def test_a_word_that_is_more_frequent_drifts(check):
    random = np.random.default_rng(3)
    reference = pd.DataFrame({"country": random.choice(["de", "fr", "it"], 2000, p=[0.5, 0.3, 0.2])})
    log = pd.DataFrame({"country": random.choice(["de", "fr", "it"], 2000, p=[0.2, 0.3, 0.5])})
    assert check(DATA, log=logged(log), reference=reference).state == "failed"


def test_scores_that_move_are_a_drift_of_the_prediction(check):
    random = np.random.default_rng(4)
    reference, log = (pd.DataFrame({"score": random.beta(2, b, 2000)}) for b in (5, 3))
    assert check(PREDICTION, log=logged(log), reference=reference).state == "failed"
    assert check(PREDICTION, log=logged(reference), reference=reference).state == "passed"


@pytest.mark.slow
def test_clean_windows_raise_no_alarm(health):
    assert alarms(windows=WINDOWS) == (0, 0)
