"""Time and memory of a run over ten million logged rows, which it makes first: `python -m model_health.benchmark`.

Of Parquet, or with `lines` of compressed JSON lines as an inference log has them. It prints figures and judges none.
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from model_health.run import checked
from model_health.settings import Monitor, Settings
from model_health.storage import Storage

ROWS, FILES, FEATURES = 10_000_000, 100, 10


def rows(count: int, seed: int, end: datetime) -> pd.DataFrame:
    """Rows of a log, over the day before its end."""
    random = np.random.default_rng(seed)
    made = {f"feature_{index}": random.normal(size=count) for index in range(FEATURES)}
    ids = [f"{seed:04d}-{index:08d}-request" for index in range(count)]
    times = pd.Timestamp(end) - pd.to_timedelta(random.uniform(1, 86_000, count), unit="s")
    score = random.beta(2, 3, count)
    label = random.uniform(size=count) < score
    return pd.DataFrame(
        {**made, "request_id": ids, "time": times, "score": score, "prediction": score > 0.5, "label": label}
    )


def write(folder: Path, now: datetime, form: str) -> None:
    """Write the log and the reference."""
    for name in ("log", "reference"):
        (folder / name).mkdir()
    for part in range(FILES):
        made = rows(ROWS // FILES, part, now).drop(columns="label")
        if form == "lines":
            write_lines(folder / "log" / f"{part:03d}.jsonl.gz", made)
        else:
            made.to_parquet(folder / "log" / f"{part:03d}.parquet", index=False)
    rows(100_000, FILES, now).to_parquet(folder / "reference" / "0.parquet", index=False)


def write_lines(path: Path, made: pd.DataFrame) -> None:
    """Write rows as lines with the bodies of requests and answers."""
    inputs = ", ".join(f"{name} := round({name}, 6)" for name in made if name.startswith("feature_"))
    outputs = "score := round(score, 6), prediction := prediction"
    bodies = f"struct_pack({inputs}) AS inputs, struct_pack({outputs}) AS outputs"
    duckdb.sql(
        f"COPY (SELECT request_id, time, {bodies}, 12 AS latency_ms, 'v1' AS model_version FROM made) "
        f"TO '{path}' (FORMAT json, COMPRESSION gzip)"
    )


def run(folder: str, now: datetime) -> None:
    """Check and print."""
    begin = time.monotonic()
    monitors = (
        monitor("inputs", "data-drift"),
        monitor("scores", "prediction-drift"),
        monitor("cells", "data-quality"),
        monitor("estimate", "estimated-performance", "accuracy"),
    )
    settings = Settings(
        stack="s", endpoint="e", log=f"{folder}/log", reference=f"{folder}/reference", monitors=monitors
    )
    for each in checked(settings, Storage(region="us-east-1"), now):
        told = each.reason or f"{each.value:.4f} of {each.rows} rows, {each.details}"
        sys.stdout.write(f"{each.monitor}: {each.state} {told[:160]}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{ROWS} rows: {time.monotonic() - begin:.0f} s, at most {peak:.0f} MiB\n")


def monitor(name: str, kind: str, metric: str = "") -> Monitor:
    """A monitor of the day's rows."""
    return Monitor(name=name, kind=kind, metric=metric, window_hours=24.0, threshold=0.3)


def main() -> None:
    """Make the data in this process, and check it in one of its own, whose memory is then its own too."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), now, "lines" if sys.argv[1:] == ["lines"] else "parquet")
        process = get_context("spawn").Process(target=run, args=(folder, now))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
