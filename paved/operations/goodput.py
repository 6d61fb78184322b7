"""Goodput: each GPU that a node had in a step of the month, by what came of it. The parts add up to the GPUs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

USES = ("useful", "repeated", "throttled", "idle", "waited", "unallocated", "unmeasured")
"""The parts of a pool's GPUs, in the order in which they are shown."""

SAYS = {
    "useful": "A pod used them: training, evaluation, or an endpoint's answers.",
    "repeated": "A job used them in a pod that did not succeed and that another pod of the job came after.",
    "throttled": "A pod used them while heat or power kept the clocks down.",
    "idle": "A pod that ran held them and did not use them.",
    "waited": "A pod that had its node had not begun: its image or its volumes came.",
    "unallocated": "A node had them, and no pod held them.",
    "unmeasured": "A pod held them, and nothing measured whether it used them.",
}


@dataclass(frozen=True, kw_only=True)
class GpuUse:
    """GPUs by what came of them, summed over steps: whole numbers, so that nothing is lost in rounding."""

    useful: int = 0
    repeated: int = 0
    throttled: int = 0
    idle: int = 0
    waited: int = 0
    unallocated: int = 0
    unmeasured: int = 0

    def __add__(self, other: "GpuUse") -> "GpuUse":
        return GpuUse(**{name: getattr(self, name) + getattr(other, name) for name in USES})

    def times(self, steps: int) -> "GpuUse":
        """The same use in several steps."""
        return GpuUse(**{name: steps * gpus for name, gpus in self.by_name.items()})

    @property
    def total(self) -> int:
        """All of them."""
        return sum(getattr(self, name) for name in USES)

    @property
    def requested(self) -> int:
        """Those that a pod held, from the moment it had its node."""
        return self.total - self.unallocated

    @property
    def by_name(self) -> dict[str, int]:
        """The parts by name."""
        return {name: getattr(self, name) for name in USES}


@dataclass(frozen=True, kw_only=True)
class HeldGpus:
    """The GPUs that a pod holds in one step.

    `measured` of them have a measure of use, `busy` are used, and `throttled` used with lowered clocks.
    """

    gpus: int
    is_running: bool
    measured: int = 0
    busy: int = 0
    throttled: int = 0
    is_lost: bool = False

    def use(self, room: int) -> GpuUse:
        """Divide them, or those of them that a node has room for."""
        gpus = min(self.gpus, room)
        if not self.is_running:
            return GpuUse(waited=gpus)
        # A scrape later or earlier than the other can show more of one than there is of the other.
        measured = min(self.measured, gpus)
        busy = min(self.busy, measured)
        throttled = min(self.throttled, busy)
        worked = busy - throttled
        return GpuUse(
            useful=0 if self.is_lost else worked,
            repeated=worked if self.is_lost else 0,
            throttled=throttled,
            idle=measured - busy,
            unmeasured=gpus - measured,
        )


Claim = tuple[str, HeldGpus]
"""A pod's owner, which is the stack that it runs for, and what it holds."""


def divide_node(gpus: int, claims: Iterable[Claim], owner: str) -> Iterator[tuple[str, GpuUse]]:
    """One step of one node, by stack. What no pod holds is of the node's `owner`."""
    room = gpus
    # A pod that runs holds its GPUs for certain; one that waits may be there already while another still leaves.
    for stack, held in sorted(claims, key=lambda claim: not claim[1].is_running):
        use = held.use(room)
        room -= use.total
        yield stack, use
    yield owner, GpuUse(unallocated=room)


@dataclass(frozen=True, kw_only=True)
class PodRun:
    """The steps in which a pod ran, from the first to the last, and whether it succeeded. `job` is its owner."""

    pod: str
    job: str
    first: int
    last: int
    succeeded: bool = False


def lost_steps(runs: Sequence[PodRun], most: int | None = None) -> dict[str, range]:
    """The steps of each pod whose work was lost: it did not succeed, and its job ran another pod afterwards.

    The job does again what came since its last checkpoint: at most the last `most` steps of the pod, or all of them
    where nobody said how often it writes one.
    """
    latest: dict[str, int] = {}
    for run in runs:
        latest[run.job] = max(run.first, latest.get(run.job, 0))
    lost: dict[str, range] = {}
    for run in runs:
        if not run.succeeded and latest[run.job] > run.last:
            first = run.first if most is None else max(run.first, run.last - most + 1)
            lost[run.pod] = range(first, run.last + 1)
    return lost


@dataclass(frozen=True, kw_only=True)
class PoolKey:
    """A pool of GPU nodes: the stack that pays for it, and its name there."""

    stack: str
    pool: str


@dataclass(frozen=True, kw_only=True)
class Goodput:
    """The use of each pool by the stack that it was for, in GPU-steps.

    `sm_active` is the part of the SMs that worked, in GPU-steps; `pending` are GPUs that a stack's jobs in
    its queue asked for, by step; `evictions` are jobs that Kueue took back, by stack and reason.
    """

    uses: Mapping[tuple[PoolKey, str], GpuUse]
    sm_active: Mapping[tuple[PoolKey, str], float] = field(default_factory=dict)
    pending: Mapping[str, int] = field(default_factory=dict)
    evictions: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def of_pools(self) -> dict[PoolKey, GpuUse]:
        """The use of each pool, whoever it was for."""
        sums: dict[PoolKey, GpuUse] = defaultdict(GpuUse)
        for (pool, _), use in self.uses.items():
            sums[pool] += use
        return dict(sums)
