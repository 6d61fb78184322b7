"""The sample jobs of a team: those that its pools can run, and why the others are left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import yaml

from paved.samples.batch import batch
from paved.samples.disk import disk_check
from paved.samples.isolation import isolation_check
from paved.samples.pods import Manifest, memory_gib
from paved.samples.promotion import promotion_job
from paved.samples.ray import sweep
from paved.samples.storage import storage_check
from paved.samples.team_facts import JobPool, TeamFacts
from paved.samples.torch import torch_job
from reference.accelerators import NEURON_TRAINING_CLASSES
from reference.fabric import least_bus_gbps

TRAINING = ("train.py", "resume.py", "record.py")


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Manifests by file name, of members and of promoters, and a sentence for each sample that there is none of."""

    jobs: Mapping[str, str]
    promotions: Mapping[str, str]
    left_out: tuple[str, ...]

    @property
    def files(self) -> dict[str, str]:
        """All manifests by file name."""
        return {**self.jobs, **self.promotions}


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


def sample_jobs(team: TeamFacts) -> Samples:
    """The samples of a team. Acceptance jobs are for every pool that can run them, others for the first that can.

    A promotion is for every endpoint.
    """
    files: dict[str, str] = {}
    left_out: list[str] = []
    for kind in KINDS:
        pools, reasons = fitting_pools(kind, team)
        for pool in pools if kind.every_pool else pools[:1]:
            name = f"{kind.name}-{pool.name}"
            files[f"samples/{name}.yaml"] = yaml_text(kind.make(team, pool, name))
        if not pools:
            left_out.append(f"{kind.name}: {'; '.join(dict.fromkeys(reasons))}")
    promotions = promotions_of(team)
    if not promotions:
        lacks = "nobody may promote (`access.promoters`)" if team.models else "the team serves no model"
        left_out.append(f"promote: {lacks}")
    return Samples(jobs=files, promotions=promotions, left_out=tuple(left_out))


def promotions_of(team: TeamFacts) -> dict[str, str]:
    """The promotion of each endpoint's model, where somebody may start one."""
    return {
        f"samples/promote-{endpoint}.yaml": yaml_text([promotion_job(team, endpoint, model)])
        for endpoint, model in team.models.items()
        if team.has_promoters
    }


def fitting_pools(kind: SampleKind, team: TeamFacts) -> tuple[list[JobPool], list[str]]:
    """The pools that can run a kind of sample, the best first, and the reasons why the others cannot."""
    fitting: list[JobPool] = []
    reasons: list[str] = []
    for pool in team.pools:
        reason = kind.lacks(team, pool)
        if reason is None:
            fitting.append(pool)
        else:
            reasons.append(reason)
    # Among equals the order of the team's file decides, since Python's sort keeps it.
    return sorted(fitting, key=lambda pool: pool.efa != kind.spans_nodes), reasons


def yaml_text(manifests: list[Manifest]) -> str:
    """One YAML file for `kubectl apply`."""
    documents = [
        yaml.dump(each, Dumper=ManifestDumper, sort_keys=True, default_flow_style=False, width=120)
        for each in manifests
    ]
    return "---\n".join(documents)


class ManifestDumper(yaml.SafeDumper):
    """Programs as blocks of lines, and nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def text_block(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
    """A text of several lines keeps them."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


ManifestDumper.add_representer(str, text_block)


def without_bucket(team: TeamFacts) -> str | None:
    """The reason why a team has nowhere to write; None if it has."""
    return None if team.bucket else "it writes to the team's models bucket, and the team has no `registry`"


def without_cuda(pool: JobPool) -> str | None:
    """The reason why programs for NVIDIA's GPUs do not run on a pool."""
    if pool.cpus:
        return f"`{pool.name}` has no accelerators"
    return f"`{pool.name}` has Neuron devices, and no GPUs" if pool.neuron else None


def without_node(pool: JobPool) -> str | None:
    """The reason why a job gets no whole node of a pool."""
    return None if pool.nodes else f"the quota of `{pool.name}` holds no node"


def without_gpus(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a pool has no two GPUs for one job."""
    if lacking := without_bucket(team) or without_cuda(pool):
        return lacking
    return None if pool.nodes * pool.largest.gpus > 1 else "its quota has no two GPUs"


def without_trainium(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a pool trains nothing on Neuron devices."""
    if lacking := without_bucket(team):
        return lacking
    # Inferentia has Neuron devices too, and runs models that were trained elsewhere.
    if pool.accelerator not in NEURON_TRAINING_CLASSES:
        return f"`{pool.name}` has no Trainium devices"
    return without_node(pool)


def with_accelerators(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a pool is not for batches without accelerators."""
    if lacking := without_bucket(team):
        return lacking
    return without_node(pool) if pool.cpus else f"`{pool.name}` has accelerators"


def without_spot(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a pool's nodes do not go away."""
    if lacking := without_bucket(team) or without_cuda(pool) or without_node(pool):
        return lacking
    return None if pool.spot else f"`{pool.name}` takes no spot capacity"


def without_ray(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a platform runs no RayJob."""
    if lacking := without_bucket(team) or without_cuda(pool):
        return lacking
    return None if "ray" in team.frameworks else "the platform does not run `ray` (`queues.frameworks`)"


def without_fabric(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why two nodes of a pool do not talk over EFA."""
    if lacking := without_cuda(pool):
        return lacking
    if not pool.efa:
        return f"`{pool.name}` has no `efa`"
    return None if pool.nodes > 1 else f"the quota of `{pool.name}` holds no two nodes"


def without_neighbours(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a job of one GPU finds no other on its node."""
    if lacking := without_cuda(pool):
        return lacking
    # Of several types the node may be any.
    return None if all(node.gpus > 1 for node in pool.types) else f"a node of `{pool.name}` may have one GPU"


def without_disks(team: TeamFacts, pool: JobPool) -> str | None:
    """The reason why a pool's nodes have no disks of their own."""
    has_disks = all(node.nvme_gb for node in pool.types)
    return None if has_disks else f"not every node of `{pool.name}` has NVMe disks"


def without_file_system(team: TeamFacts, _pool: JobPool) -> str | None:
    """The reason why a team has no file system to write to."""
    return None if team.writable else "the team has no `data.file_systems`"


def distributed_training(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Training over two nodes, or over the GPUs of one."""
    values = {"CHECKPOINT": checkpoint(team, name), "SHARDED": "1"}
    return torch_job(team, pool, name, nodes=min(2, pool.nodes), scripts=TRAINING, values=values)


def resumable_training(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Training on one node that may go at any time."""
    values = {"CHECKPOINT": checkpoint(team, name), "EVERY": "50"}
    return torch_job(team, pool, name, nodes=1, scripts=TRAINING, values=values)


def neuron_training(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """Training on every device of one node, or of two that have EFA, without which Neuron spans no nodes."""
    scripts = ("train_neuron.py", "resume.py", "record.py")
    values = {"CHECKPOINT": checkpoint(team, name)}
    nodes = min(2, pool.nodes) if pool.efa else 1
    return torch_job(team, pool, name, nodes=nodes, scripts=scripts, values=values)


def fabric_check(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """All-reduce over every node that the queue lets the job fill, with what the nodes must reach."""
    # Pinned memory counts as the pod's, so a limit as high as the pod's memory never stops NCCL.
    values = {
        "LEAST_LOCKED_GIB": str(memory_gib(pool.largest, pool.largest.gpus)),
        "NCCL_DEBUG": "INFO",
        "NCCL_DEBUG_SUBSYS": "INIT,NET",
    }
    if least := least_bus_gbps(pool.largest.name):
        values["LEAST_GBPS"] = str(least)
    scripts = ("all_reduce.py", "locked_memory.py")
    return torch_job(team, pool, name, nodes=pool.nodes, scripts=scripts, values=values)


def checkpoint(team: TeamFacts, name: str) -> str:
    """The object that a run keeps its last checkpoint in."""
    return f"s3://{team.bucket}/checkpoints/{name}/last.pt"


KINDS = (
    SampleKind(name="train", lacks=without_gpus, make=distributed_training, spans_nodes=True),
    SampleKind(name="train-neuron", lacks=without_trainium, make=neuron_training, spans_nodes=True),
    SampleKind(name="batch", lacks=with_accelerators, make=batch),
    SampleKind(name="resume", lacks=without_spot, make=resumable_training),
    SampleKind(name="sweep", lacks=without_ray, make=sweep),
    SampleKind(name="accept-fabric", lacks=without_fabric, make=fabric_check, every_pool=True),
    SampleKind(name="accept-isolation", lacks=without_neighbours, make=isolation_check, every_pool=True),
    SampleKind(name="accept-storage", lacks=without_file_system, make=storage_check),
    SampleKind(name="accept-disks", lacks=without_disks, make=disk_check, every_pool=True),
)
