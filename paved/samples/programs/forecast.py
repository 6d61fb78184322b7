"""Forecast many series on all CPUs of a pod: each pod of the job does one share of them, once.

A share that is written is not done again, so a job whose node goes away loses the shares that were running, no more.
"""

from __future__ import annotations

import json
import math
import os
import sys
from multiprocessing import Pool
from typing import Any
from urllib.parse import urlparse

DAYS, WEEK, AHEAD = 730, 7, 28


def main(settings: dict[str, str], client: Any) -> int:
    """Forecast the series of this pod's share, and write them as one object. Returns an exit code."""
    share, shares = int(settings["JOB_COMPLETION_INDEX"]), int(settings["SHARES"])
    place = urlparse(settings["RESULTS"])
    bucket, key = place.netloc, f"{place.path.lstrip('/')}/share-{share}.json"
    if exists(client, bucket, key):
        print(f"share {share} is there already", flush=True)
        return 0
    found = forecasts(range(share, int(settings["SERIES"]), shares), int(settings["CPUS"]))
    client.put_object(Bucket=bucket, Key=key, Body=json.dumps(found).encode())
    print(f"share {share} of {shares}: {len(found)} series", flush=True)
    return 0


def exists(client: Any, bucket: str, key: str) -> bool:
    """Whether an object is there."""
    found = client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return any(each["Key"] == key for each in found.get("Contents", ()))


def forecasts(series: range, cpus: int) -> dict[int, list[float]]:
    """The forecast of each series, worked out by a process on each CPU."""
    with Pool(cpus) as processes:
        return dict(zip(series, processes.map(forecast, series), strict=True))


def forecast(series: int) -> list[float]:
    """The next days of one series: its level, smoothed, by the usual share of each day of the week."""
    past = history(series)
    level = smoothed(past)
    seasons = [sum(past[day::WEEK]) / len(past[day::WEEK]) for day in range(WEEK)]
    mean = sum(seasons) / WEEK
    return [round(level * seasons[(DAYS + day) % WEEK] / mean, 3) for day in range(AHEAD)]


def history(series: int) -> list[float]:
    """Stands for what is read of a data set: a trend and a week's rhythm, another one for each series."""
    return [100 + series % 10 + day / 100 + 20 * math.sin(2 * math.pi * day / WEEK) for day in range(DAYS)]


def smoothed(values: list[float], weight: float = 0.1) -> float:
    """The exponentially smoothed end of a series."""
    level = values[0]
    for value in values[1:]:
        level += weight * (value - level)
    return level


if __name__ == "__main__":
    import boto3

    sys.exit(main(dict(os.environ), boto3.client("s3")))
