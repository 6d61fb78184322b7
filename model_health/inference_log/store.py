"""Lines on their way to S3: a file for each endpoint and day, written once."""

import gzip
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any

from model_health.inference_log.counters import Counters

MOST_BYTES = 32 * 2**20
"""Of lines that S3 has not taken yet. Those that come then are lost, and counted."""


class Store:
    """Buffers lines by folder, and writes those of each folder as one object. Safe for several threads."""

    def __init__(self, s3: Any, bucket: str, writer: str, clock: Callable[[], datetime], counters: Counters):
        self._s3, self._bucket, self._writer, self._clock = s3, bucket, writer, clock
        self._counters, self._lock, self._written = counters, Lock(), 0
        self._lines: defaultdict[str, list[bytes]] = defaultdict(list)
        self._bytes = 0

    def add(self, folder: str, line: bytes, time: datetime) -> bool:
        """Take a line of a folder. Returns whether there was room."""
        with self._lock:
            if self._bytes + len(line) > MOST_BYTES:
                return False
            self._lines[f"{folder}/date={time:%Y-%m-%d}"].append(line)
            self._bytes += len(line)
        return True

    def flush(self) -> bool:
        """Write what there is. What S3 does not take stays for the next time. Returns whether it took everything."""
        with self._lock:
            taken, self._lines = self._lines, defaultdict(list)
        took = [self._write(folder, lines) for folder, lines in taken.items()]
        return all(took)

    def _write(self, folder: str, lines: list[bytes]) -> bool:
        self._written += 1
        key = f"{folder}/{self._clock():%H%M%S}-{self._writer}-{self._written}.jsonl.gz"
        try:
            # Its role may create objects alone, so that nobody who has its credentials replaces what was logged.
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=gzip.compress(b"".join(lines)), IfNoneMatch="*"
            )
        except Exception as error:  # of the network or of S3: they are written with the next ones
            # Only an attempt whose answer was lost can have made an object of this name.
            if code_of(error) != "PreconditionFailed":
                sys.stderr.write(f"{len(lines)} lines cannot be written to {key}: {error}\n")
                self._counters.add("write_failures")
                with self._lock:
                    self._lines[folder] = lines + self._lines[folder]
                return False
        with self._lock:
            self._bytes -= sum(len(each) for each in lines)
        self._counters.add("written", number=len(lines))
        return True


def code_of(error: Exception) -> str:
    """The code of an error of AWS; nothing of any other."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
