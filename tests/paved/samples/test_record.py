"""What a sample program records, with an MLflow of our own that keeps what it is told."""

import sys
from types import SimpleNamespace

import pytest

from paved.samples.programs.record import nothing, recorder


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setenv(
        "MLFLOW_TRACKING_URI", "arn:aws:sagemaker:us-east-1:111122223333:mlflow-tracking-server/x"
    )
    monkeypatch.setenv("RUN", "train-h100")
    said = []
    client = SimpleNamespace(
        set_experiment=lambda name: said.append(("experiment", name)),
        start_run=lambda run_name: said.append(("run", run_name)),
        log_metric=lambda name, value, step: said.append((name, value, step)),
    )
    monkeypatch.setitem(sys.modules, "mlflow", client)
    monkeypatch.setitem(sys.modules, "sagemaker_mlflow", SimpleNamespace())
    return said


def test_a_metric_is_recorded_under_the_jobs_name(told):
    recorder()("loss", 0.5, 10)
    assert told == [("experiment", "samples"), ("run", "train-h100"), ("loss", 0.5, 10)]


def test_without_an_address_or_by_another_rank_nothing_is_recorded(told, monkeypatch):
    assert recorder(wanted=False) is nothing
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert recorder() is nothing
    recorder()("loss", 0.5, 10)
    assert told == []


@pytest.mark.parametrize("missing", ["mlflow", "sagemaker_mlflow"])
def test_an_image_without_the_clients_trains_all_the_same_and_says_so(told, monkeypatch, capsys, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    assert recorder() is nothing
    assert "not recorded to MLflow" in capsys.readouterr().out
    assert told == []
