"""Data of an endpoint as files: a reference and a log of today, of scikit-learn's own collections."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

os.environ.update({"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"})
NOW = datetime.now(UTC).replace(microsecond=0)


def pytest_collection_modifyitems(items):
    """Warnings of the libraries of the job's image are theirs to mend."""
    for item in items:
        if "model_health" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("default"))


@pytest.fixture(scope="session")
def health():
    """The package's modules, where its libraries are."""
    for library in ("evidently", "nannyml", "sklearn", "pyarrow"):
        pytest.importorskip(
            library, reason=f"{library} is in the job's image alone: `make model-health` tests it"
        )
    import model_health.run as run

    return run


def logged(frame: Any, *, hours: float = 24, ends: datetime = NOW, requests: str = "r") -> Any:
    """Rows as an inference log has them: evenly over the hours before its end."""
    import pandas as pd

    frame = frame.reset_index(drop=True)
    step = timedelta(hours=hours) / (len(frame) + 1)
    times = [ends - timedelta(hours=hours) + step * (index + 1) for index in range(len(frame))]
    ids = [f"{requests}{index}" for index in range(len(frame))]
    return frame.assign(request_id=ids, time=pd.to_datetime(times, utc=True))


@pytest.fixture
def stored(tmp_path) -> Callable[..., str]:
    """Write a frame as one file of a place, and return the place."""

    def store(place: str, frame: Any, part: str = "0") -> str:
        folder = tmp_path / place
        folder.mkdir(exist_ok=True)
        frame.to_parquet(folder / f"{part}.parquet", index=False)
        return str(folder)

    return store


@pytest.fixture
def check(health, stored) -> Callable[..., Any]:
    """The outcome of one monitor over frames."""
    from model_health.settings import Monitor, Settings
    from model_health.storage import Storage

    def run(
        monitor: dict[str, Any], *, log=None, reference=None, labels=None, offline=None, **more: Any
    ) -> Any:
        places = {"log": "absent", "reference": None, "labels": None}
        places |= {name: more.pop(f"{name}_at") for name in places if f"{name}_at" in more}
        given = {"log": log, "reference": reference, "labels": labels}
        for name, frame in given.items():
            if frame is not None:
                places[name] = stored(name, frame)
        one = Monitor(**{"name": "m", "window_hours": 24, "min_rows": 100, **monitor})
        if offline is not None:
            one = replace(one, offline=stored("offline", offline))
        settings = Settings(stack="s-dev", endpoint="e", monitors=(one,), **{**places, **more})
        return health.checked(settings, Storage(region="us-east-1"), NOW)[0]

    return run
