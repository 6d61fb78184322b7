"""A training loop that outlives its node: it goes on from the last checkpoint, and leaves one when told to stop."""

import io
import signal
import sys
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlparse

STOPPED = 143
"""The exit code of a program that was told to stop. With 0 the job would count as done."""


class State(Protocol):
    """What a checkpoint holds. Both work on the bytes of one object."""

    def write(self) -> bytes: ...

    def read(self, data: bytes) -> None: ...


class Checkpoints:
    """The last checkpoint of a run: one object, replaced as a whole. The bucket keeps the ones before."""

    def __init__(self, uri: str, client: Any):
        place = urlparse(uri)
        self._client, self._bucket, self._key = client, place.netloc, place.path.lstrip("/")

    def last(self) -> bytes | None:
        """The last checkpoint, None before the first."""
        buffer = io.BytesIO()
        try:
            self._client.download_fileobj(self._bucket, self._key, buffer)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
            return None
        return buffer.getvalue()

    def replace(self, data: bytes) -> None:
        """Write a checkpoint. S3 shows the old one until all of the new one is there."""
        self._client.upload_fileobj(io.BytesIO(data), self._bucket, self._key)


def run(
    step: Callable[[int], None],
    state: State,
    checkpoints: Checkpoints,
    *,
    steps: int,
    every: int,
    writes: bool = True,
    agreed: Callable[[bool], bool] = lambda told: told,
) -> None:
    """Run `step` for the numbers that are left up to `steps`, with a checkpoint after `every` of them.

    Every process of a job calls this; the one that `writes` uploads. `agreed` makes one answer of what each was
    told, so that all stop after the same step. Exits with STOPPED once told to stop.
    """
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    for number in range(restored(state, checkpoints), steps):
        step(number)
        done = number + 1
        stopping = agreed(bool(told))
        if stopping or done == steps or done % every == 0:
            data = done.to_bytes(8, "big") + state.write()
            if writes:
                checkpoints.replace(data)
                print(f"checkpoint after step {done}", flush=True)
        if stopping:
            sys.exit(STOPPED)


def restored(state: State, checkpoints: Checkpoints) -> int:
    """Bring back the state of the last checkpoint. Returns how many steps it has behind it."""
    data = checkpoints.last()
    if data is None:
        return 0
    state.read(data[8:])
    done = int.from_bytes(data[:8], "big")
    print(f"resumed after step {done}", flush=True)
    return done
