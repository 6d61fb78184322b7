"""The sample jobs of a team: those that its pools can run, and why the others are left out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import yaml

from paved.samples.disk import disk_check
from paved.samples.pods import Manifest
from paved.samples.ray import sweep
from paved.samples.team_facts import JobPool, TeamFacts
from paved.samples.torch import torch_job
from reference.accelerators import NEURON_TRAINING_CLASSES

TRAINING = ("train.py", "resume.py", "record.py")


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Manifests by file name, and a sentence for each sample that there is none of."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SampleKind:
    """One kind of sample. `lacks` says why a pool cannot run it, None if it can.

    One that spans nodes prefers a pool with EFA, any other a pool without.
    """

    name: str
    lacks: Callable[[TeamFacts, JobPool], str | None]
    make: Callable[[TeamFacts, JobPool, str], list[Manifest]]
    spans_nodes: bool = False
    every_pool: bool = False


def samples(place: TeamFacts) -> Samples:
    """The samples of a team. Acceptance jobs are for every pool that can run them, others for the first that can."""
    files: dict[str, str] = {}
    left_out: list[str] = []
    for kind in KINDS:
        fitting, reasons = sorted_out(kind, place)
        for pool in fitting if kind.every_pool else fitting[:1]:
            name = f"{kind.name}-{pool.name}"
            files[f"samples/{name}.yaml"] = text(kind.make(place, pool, name))
        if not fitting:
            left_out.append(f"{kind.name}: {'; '.join(dict.fromkeys(reasons))}")
    return Samples(files=files, left_out=tuple(left_out))


def sorted_out(kind: SampleKind, place: TeamFacts) -> tuple[list[JobPool], list[str]]:
    """The pools that can run a kind of sample, and what the others lack."""
    lacking = [(pool, kind.lacks(place, pool)) for pool in place.pools]
    fitting = [pool for pool, reason in lacking if reason is None]
    return sorted(fitting, key=lambda pool: pool.efa != kind.spans_nodes), [
        reason for _, reason in lacking if reason
    ]


def text(manifests: list[Manifest]) -> str:
    """One YAML file for `kubectl apply`."""
    documents: Iterator[str] = (
        yaml.dump(each, Dumper=Readable, sort_keys=True, default_flow_style=False, width=120)
        for each in manifests
    )
    return "---\n".join(documents)


class Readable(yaml.SafeDumper):
    """Programs as blocks of lines, and nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def block(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
    """A text of several lines keeps them."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


Readable.add_representer(str, block)


def without_bucket(place: TeamFacts) -> str | None:
    """Why the team has nowhere to write, None if it has."""
    return None if place.bucket else "it writes to the team's models bucket, and the team has no `registry`"


def without_cuda(pool: JobPool) -> str | None:
    """Why programs for NVIDIA's GPUs do not run on a pool."""
    return f"`{pool.name}` has Neuron devices, and no GPUs" if pool.neuron else None


def without_gpus(place: TeamFacts, pool: JobPool) -> str | None:
    """Why a pool has no two GPUs for one job."""
    enough = pool.nodes * pool.largest.gpus > 1
    return without_bucket(place) or without_cuda(pool) or (None if enough else "its quota has no two GPUs")


def without_trainium(place: TeamFacts, pool: JobPool) -> str | None:
    """Why a pool trains nothing on Neuron devices."""
    if pool.accelerator not in NEURON_TRAINING_CLASSES:
        return without_bucket(place) or f"`{pool.name}` has no Trainium devices"
    enough = None if pool.nodes else f"the quota of `{pool.name}` holds no node"
    return without_bucket(place) or enough


def without_spot(place: TeamFacts, pool: JobPool) -> str | None:
    """Why a pool's nodes do not go away."""
    enough = None if pool.nodes else f"the quota of `{pool.name}` holds no node"
    return (
        without_bucket(place)
        or without_cuda(pool)
        or enough
        or (None if pool.spot else f"`{pool.name}` takes no spot capacity")
    )


def without_ray(place: TeamFacts, pool: JobPool) -> str | None:
    """Why a platform runs no RayJob."""
    return (
        without_bucket(place)
        or without_cuda(pool)
        or (None if "ray" in place.frameworks else "the platform does not run `ray` (`queues.frameworks`)")
    )


def without_fabric(place: TeamFacts, pool: JobPool) -> str | None:
    """Why two nodes of a pool do not talk over EFA."""
    if pool.neuron:
        return without_cuda(pool)
    if not pool.efa:
        return f"`{pool.name}` has no `efa`"
    return None if pool.nodes > 1 else f"the quota of `{pool.name}` holds no two nodes"


def without_disks(place: TeamFacts, pool: JobPool) -> str | None:
    """Why a pool's nodes have no disks of their own."""
    return (
        None
        if all(each.nvme_gb for each in pool.types)
        else f"not every node of `{pool.name}` has NVMe disks"
    )


def distributed(place: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Training over two nodes, or over the GPUs of one."""
    values = {"CHECKPOINT": checkpoint(place, name), "SHARDED": "1"}
    return torch_job(place, pool, name, nodes=min(2, pool.nodes), scripts=TRAINING, values=values)


def resumed(place: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Training on one node that may go at any time."""
    values = {"CHECKPOINT": checkpoint(place, name), "EVERY": "50"}
    return torch_job(place, pool, name, nodes=1, scripts=TRAINING, values=values)


def on_neuron(place: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Training on every device of one node, or of two that have EFA, without which Neuron spans no nodes."""
    scripts = ("train_neuron.py", "resume.py", "record.py")
    values = {"CHECKPOINT": checkpoint(place, name)}
    nodes = min(2, pool.nodes) if pool.efa else 1
    return torch_job(place, pool, name, nodes=nodes, scripts=scripts, values=values)


def fabric_check(place: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """All-reduce over every node that the queue lets the job fill."""
    values = {"NCCL_DEBUG": "INFO", "NCCL_DEBUG_SUBSYS": "INIT,NET"}
    return torch_job(place, pool, name, nodes=pool.nodes, scripts=("all_reduce.py",), values=values)


def checkpoint(place: TeamFacts, name: str) -> str:
    """Where a run keeps its last checkpoint."""
    return f"s3://{place.bucket}/checkpoints/{name}/last.pt"


KINDS = (
    SampleKind(name="train", lacks=without_gpus, make=distributed, spans_nodes=True),
    SampleKind(name="train-neuron", lacks=without_trainium, make=on_neuron, spans_nodes=True),
    SampleKind(name="resume", lacks=without_spot, make=resumed),
    SampleKind(name="sweep", lacks=without_ray, make=sweep),
    SampleKind(name="accept-fabric", lacks=without_fabric, make=fabric_check, every_pool=True),
    SampleKind(name="accept-disks", lacks=without_disks, make=disk_check, every_pool=True),
)
