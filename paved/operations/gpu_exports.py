"""Goodput of one platform, from its exports: nodes, the pods on them, and what DCGM measured of their GPUs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from paved.operations.exports import POOL, STACK
from paved.operations.goodput import (
    Claim,
    Goodput,
    GpuUse,
    HeldGpus,
    PodRun,
    PoolKey,
    divide_node,
    lost_steps,
)
from paved.operations.organisation import OrganisationFacts
from paved.operations.range_export import ExportedSeries

Exports = Mapping[str, Sequence[ExportedSeries]]
"""The series of a platform's exports by name."""

NEEDED = ("gpu_nodes", "gpu_pods", "gpu_measured", "gpu_busy", "gpu_throttled", "gpu_jobs")
"""The exports without which no goodput is told: each absent one would look like GPUs that nobody used."""

Pod = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True, kw_only=True)
class PodMeasures:
    """Counts of GPUs by pod and step."""

    measured: Mapping[Pod, Mapping[int, int]]
    busy: Mapping[Pod, Mapping[int, int]]
    throttled: Mapping[Pod, Mapping[int, int]]
    lost: Mapping[Pod, range]

    def held(self, pod: Pod, gpus: Mapping[int, int], *, is_running: bool) -> Iterator[tuple[int, HeldGpus]]:
        """The GPUs that a pod holds, by step."""
        measured, busy = self.measured.get(pod, {}), self.busy.get(pod, {})
        throttled, lost = self.throttled.get(pod, {}), self.lost.get(pod, range(0))
        for step, number in gpus.items():
            counts = measured.get(step, 0), busy.get(step, 0), throttled.get(step, 0)
            yield step, _held(number, is_running, *counts, step in lost)


@cache
def _held(gpus: int, is_running: bool, measured: int, busy: int, throttled: int, is_lost: bool) -> HeldGpus:
    """The same value for the same counts: a month of a fleet has millions of steps, and few that differ."""
    return HeldGpus(
        gpus=gpus, is_running=is_running, measured=measured, busy=busy, throttled=throttled, is_lost=is_lost
    )


def read_goodput(
    exports: Exports, organisation: OrganisationFacts, checkpoints: Mapping[str, int]
) -> Goodput | None:
    """The goodput of a platform; None where an export that it needs is not there.

    `checkpoints` are the most steps between two checkpoints of a stack's jobs.
    """
    if any(name not in exports for name in NEEDED):
        return None
    measures = PodMeasures(
        measured=_counts(exports["gpu_measured"]),
        busy=_counts(exports["gpu_busy"]),
        throttled=_counts(exports["gpu_throttled"]),
        lost=_lost(exports, checkpoints),
    )
    claims = _claims(exports["gpu_pods"], measures, organisation)
    uses: dict[tuple[PoolKey, str], GpuUse] = defaultdict(GpuUse)
    for node in exports["gpu_nodes"]:
        pool = pool_of(node)
        for stack, use in _of_node(node, pool, claims, organisation):
            uses[pool, stack] += use
    return Goodput(
        uses=dict(uses),
        sm_active=_sm_active(exports, organisation),
        pending=_pending(exports.get("queue_pending", ())),
        evictions=evictions(exports.get("queue_evictions", ())),
    )


def pool_of(node: ExportedSeries) -> PoolKey:
    """The pool of a node's series."""
    return PoolKey(stack=node.label(STACK), pool=node.label(POOL))


def _of_node(
    node: ExportedSeries,
    pool: PoolKey,
    claims: Mapping[tuple[str, int], Sequence[Claim]],
    organisation: OrganisationFacts,
) -> Iterator[tuple[str, GpuUse]]:
    """The steps of one node. The pods on a team's own nodes are that team's, as admission lets no other in."""
    is_own = organisation.team_stack(pool.stack) is not None
    name = node.label("node")
    # Most steps are like the one before: each kind is divided once.
    alike = Counter((gpus, tuple(claims.get((name, step), ()))) for step, gpus in node.counts().items())
    for (gpus, held), steps in alike.items():
        owned = [(pool.stack if is_own else namespace, each) for namespace, each in held]
        for stack, use in divide_node(gpus, owned, pool.stack):
            yield stack, use.times(steps)


def _claims(
    pods: Iterable[ExportedSeries], measures: PodMeasures, organisation: OrganisationFacts
) -> dict[tuple[str, int], list[Claim]]:
    """The GPUs that pods hold, by node and step. One that has ended keeps its requests until it is deleted, no GPU."""
    claims: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for series in pods:
        phase, node, pod = series.label("phase"), series.label("node"), _pod(series)
        if phase not in ("Pending", "Running"):
            continue
        for step, held in measures.held(pod, series.counts(), is_running=phase == "Running"):
            claims[node, step].append((pod[0], held))
    return claims


def _lost(exports: Exports, checkpoints: Mapping[str, int]) -> dict[Pod, range]:
    """The lost steps of pods of Jobs. Pods of a Deployment come one after the other and repeat nothing."""
    jobs = {_pod(series): series.label("owner_name") for series in exports["gpu_jobs"]}
    runs: dict[str, list[PodRun]] = defaultdict(list)
    ended = {_pod(each) for each in exports["gpu_pods"] if each.label("phase") == "Succeeded" and each.values}
    for series in exports["gpu_pods"]:
        pod = _pod(series)
        if series.label("phase") == "Running" and pod in jobs and series.values:
            runs[pod[0]].append(
                PodRun(
                    pod=pod[1],
                    job=jobs[pod],
                    first=min(series.values),
                    last=max(series.values),
                    succeeded=pod in ended,
                )
            )
    lost: dict[Pod, range] = {}
    for namespace, of_namespace in runs.items():
        found = lost_steps(of_namespace, checkpoints.get(namespace))
        lost |= {(namespace, pod): steps for pod, steps in found.items()}
    return lost


def _counts(series: Iterable[ExportedSeries]) -> dict[Pod, dict[int, int]]:
    return {_pod(each): each.counts() for each in series}


def _sm_active(exports: Exports, organisation: OrganisationFacts) -> dict[tuple[PoolKey, str], float]:
    """The SMs at work in pods that ran, in GPU-steps, by pool and by the stack that the pod was for."""
    pools = {node.label("node"): pool_of(node) for node in exports["gpu_nodes"]}
    running = {_pod(each): each for each in exports["gpu_pods"] if each.label("phase") == "Running"}
    sums: dict[tuple[PoolKey, str], float] = defaultdict(float)
    for each in exports.get("gpu_sm_active", ()):
        ran = running.get(_pod(each))
        pool = pools.get(ran.label("node")) if ran else None
        if ran and pool:
            stack = pool.stack if organisation.team_stack(pool.stack) else each.label("namespace")
            sums[pool, stack] += sum(value for step, value in each.values.items() if step in ran.values)
    return dict(sums)


def _pending(series: Iterable[ExportedSeries]) -> dict[str, int]:
    """The GPU-steps that jobs in each queue waited for. A queue bears its stack's name."""
    return {each.label("cluster_queue"): sum(each.counts().values()) for each in series}


def evictions(series: Iterable[ExportedSeries]) -> dict[tuple[str, str], int]:
    """The evictions by queue and reason, from counters that start at 0 with each process that counts."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for each in series:
        sums[each.label("cluster_queue"), each.label("reason")] += growth(each.counts())
    return {key: count for key, count in sums.items() if count}


def growth(counts: Mapping[int, int]) -> int:
    """The growth of a counter. One that begins within the month began at 0; a fall is a process that began anew."""
    steps = sorted(counts)
    if not steps:
        return 0
    grown = 0 if steps[0] == 1 else counts[steps[0]]
    for before, after in pairwise(steps):
        change = counts[after] - counts[before]
        grown += change if change >= 0 else counts[after]
    return grown


def _pod(series: ExportedSeries) -> Pod:
    return series.label("namespace"), series.label("pod")
