from datetime import timedelta

import numpy as np
import pytest

from tests.model_health.conftest import logged

pd = pytest.importorskip(
    "pandas", reason="the libraries of the job's image are not here: `make model-health`"
)
datasets = pytest.importorskip("sklearn.datasets")

QUALITY = {"kind": "data-quality", "threshold": 0.01}
FRESHNESS = {"kind": "feature-freshness", "threshold": 30}
SKEW = {"kind": "skew", "threshold": 0.01}


@pytest.fixture
def iris():
    found = datasets.load_iris(as_frame=True).data.sample(
        600, replace=True, random_state=1, ignore_index=True
    )
    return found.assign(species=np.where(found.iloc[:, 2] < 2.5, "setosa", "other"))


def test_data_as_the_reference_has_it_is_good(check, iris):
    assert check(QUALITY, log=logged(iris[:300]), reference=iris[300:]).state == "passed"


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda rows: rows.drop(columns="species"), "the log has no such column"),
        (lambda rows: rows.assign(species=1.0), "numbers where the reference has words"),
        (lambda rows: rows.assign(species=None), "all values are missing"),
        (lambda rows: rows.assign(species=rows["species"].where(rows.index > 60)), "missing 20.33% more"),
        (
            lambda rows: rows.assign(species=rows["species"].where(rows.index > 60, "rose")),
            "out of range 20.33%",
        ),
    ],
)
def test_a_column_that_is_harmed_is_named(check, iris, harm, why):
    found = check(QUALITY, log=logged(harm(iris[:300])), reference=iris)
    assert found.state == "failed", found
    assert list(found.details["faults"]) == ["species"]
    assert why in found.details["faults"]["species"]["why"]


def test_features_that_grew_old_fail(check, iris):
    fresh, old = logged(iris), logged(iris)
    fresh["feature_time"] = fresh["time"] - timedelta(minutes=5)
    old["feature_time"] = (old["time"] - timedelta(minutes=50)).astype(str)
    assert check(FRESHNESS, log=fresh).state == "passed"
    found = check(FRESHNESS, log=old)
    assert (found.state, found.value) == ("failed", pytest.approx(50))


def test_features_from_the_future_have_no_age(check, iris):
    log = logged(iris)
    log["feature_time"] = log["time"] + timedelta(minutes=50)
    assert "made after they were served" in check(FRESHNESS, log=log).reason


def test_a_feature_that_training_reads_otherwise_is_named(check, iris):
    log = logged(iris)
    offline = log.drop(columns="time")
    assert check(SKEW, log=log, offline=offline).value == 0
    changed = offline.assign(species=offline["species"].str.upper())
    found = check(SKEW, log=log, offline=changed)
    assert (found.state, found.details["differing"]) == ("failed", {"species": 1.0})


def test_requests_that_training_does_not_know_tell_nothing(check, iris):
    found = check(SKEW, log=logged(iris), offline=logged(iris, requests="other"))
    assert "0 requests that both sides know are too few" in found.reason
