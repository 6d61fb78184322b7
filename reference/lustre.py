"""Facts of FSx for Lustre (AWS API reference of CreateFileSystem, as of 2026-08): sizes and throughput."""

VERSION = "2.15"
"""The newest Lustre, which every deployment type runs. Links to S3 need 2.12 at least."""

SCRATCH_MBPS_PER_TIB = 200
SMALLEST_GIB = 1200
STEP_GIB = 2400
GIB_PER_TIB = 1000
"""As AWS counts: 2400 GiB at 50 MB/s for each TiB are 120 MB/s."""


def is_size(storage_gib: int) -> bool:
    """Whether a scratch (SCRATCH_2) or persistent (PERSISTENT_2, SSD) file system may have this size."""
    return storage_gib == SMALLEST_GIB or (storage_gib > 0 and storage_gib % STEP_GIB == 0)


def sizes_around(storage_gib: int) -> tuple[int, int]:
    """The nearest sizes that are allowed: one not above `storage_gib` where there is one, and one above it."""
    if storage_gib < SMALLEST_GIB:
        return SMALLEST_GIB, STEP_GIB
    below = storage_gib // STEP_GIB * STEP_GIB or SMALLEST_GIB
    return below, STEP_GIB if below == SMALLEST_GIB else below + STEP_GIB


def throughput_mbps(storage_gib: int, mbps_per_tib: int | None) -> int:
    """The throughput that a file system always has, in MB/s; `mbps_per_tib` is None for scratch."""
    return storage_gib * (mbps_per_tib or SCRATCH_MBPS_PER_TIB) // GIB_PER_TIB
