import numpy as np
import pytest

from tests.model_health.conftest import logged

pd = pytest.importorskip(
    "pandas", reason="the libraries of the job's image are not here: `make model-health`"
)
datasets = pytest.importorskip("sklearn.datasets")
linear_model = pytest.importorskip("sklearn.linear_model")


@pytest.fixture(scope="module")
def model():
    data = datasets.load_breast_cancer(as_frame=True)
    features, label = data.data.iloc[:, :4], data.target
    scale = features.mean(), features.std()
    fitted = linear_model.LogisticRegression().fit((features[:200] - scale[0]) / scale[1], label[:200])
    return lambda rows, truth: answered(fitted, (rows - scale[0]) / scale[1], truth)


def answered(fitted, rows, label):
    score = fitted.predict_proba(rows)[:, 1]
    return pd.DataFrame({"score": score, "prediction": (score > 0.5).astype(int), "label": label.to_numpy()})


@pytest.fixture(scope="module")
def rows():
    data = datasets.load_breast_cancer(as_frame=True)
    drawn = data.data.iloc[200:, :4].sample(3000, replace=True, random_state=1)
    return drawn, data.target.loc[drawn.index]


def test_accuracy_is_that_of_the_late_labels(check, model, rows):
    log = logged(model(*rows))
    labels = log[["request_id", "label"]]
    monitor = {"kind": "performance", "metric": "accuracy", "threshold": 0.8}
    found = check(monitor, log=log.drop(columns="label"), labels=labels)
    assert found.value == pytest.approx((log["prediction"] == log["label"]).mean())
    assert found.state == "passed"
    assert check(monitor | {"threshold": 0.99}, log=log, labels=labels).state == "failed"


def test_an_error_of_a_regression_fails_above_its_threshold(check):
    found = datasets.load_diabetes()
    model = linear_model.LinearRegression().fit(found.data[:200], found.target[:200])
    log = logged(pd.DataFrame({"prediction": model.predict(found.data[200:])}))
    labels = log[["request_id"]].assign(label=found.target[200:])
    monitor = {"kind": "performance", "metric": "rmse", "threshold": 70}
    assert check(monitor, log=log, labels=labels).state == "passed"
    assert check(monitor | {"threshold": 30}, log=log, labels=labels).state == "failed"


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc"])
def test_an_estimate_is_near_the_performance_that_labels_show_later(check, model, rows, metric):
    reference = model(*rows)
    log = reference.sample(2000, random_state=2)
    monitor = {"kind": "estimated-performance", "metric": metric, "threshold": 0.8}
    found = check(monitor, log=logged(log.drop(columns="label")), reference=reference)
    real = check(
        monitor | {"kind": "performance"},
        log=logged(log.drop(columns="label")),
        labels=logged(log)[["request_id", "label"]],
    )
    assert found.state == real.state == "passed"
    assert found.value == pytest.approx(real.value, abs=0.03)


def test_scores_that_lose_their_certainty_lower_the_estimate(check, model, rows):
    reference = model(*rows)
    unsure = reference.assign(score=lambda all_: 0.5 + (all_["score"] - 0.5) * 0.1)
    monitor = {"kind": "estimated-performance", "metric": "accuracy", "threshold": 0.8}
    assert check(monitor, log=logged(unsure), reference=reference).state == "failed"


def test_a_score_that_is_no_probability_estimates_nothing(check, model, rows):
    reference = model(*rows)
    log = logged(reference.assign(score=reference["score"] * 100))
    found = check(
        {"kind": "estimated-performance", "metric": "accuracy", "threshold": 0.8},
        log=log,
        reference=reference,
    )
    assert (found.state, found.reason) == (
        "cannot_tell",
        "column score of the log is no probability from 0 to 1",
    )


def test_more_than_two_classes_are_not_estimated(check):
    label = datasets.load_wine().target
    reference = pd.DataFrame({"score": np.linspace(0, 1, len(label)), "prediction": label, "label": label})
    found = check(
        {"kind": "estimated-performance", "metric": "accuracy", "threshold": 0.8},
        log=logged(reference),
        reference=reference,
    )
    assert found.reason == "the labels of the reference have 3 values, and CBPE takes two"
