"""Whatever passes the arithmetic of a pool is placed, in any order, by a scheduler that knows nothing of it."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from components.serving.predictor import server_disk
from components.training.capacity import types_of_one_class
from reference.instances import InstanceType, instance_type
from stacks.checks.endpoints import replica
from stacks.checks.instances import EmptyNode, fits
from stacks.checks.pools import empty_nodes
from stacks.checks.room import room_of
from stacks.schema import Team
from stacks.schema.pools import PoolSpec
from stacks.schema.serving import EndpointResources, EndpointSpec, ReplicasSpec, Serving
from stacks.schema.training import OwnQuota, TrainingSpec

ZONES = ("a", "b", "c")
POOLS = (
    ("g6e.4xlarge",),
    ("g6e.12xlarge",),
    ("g6e.4xlarge", "g6e.12xlarge"),
    ("g6e.12xlarge", "g6e.48xlarge"),
    ("g6e.4xlarge", "g6e.12xlarge", "g6e.48xlarge"),
    # Without instance stores, so that disk may be what is scarce.
    ("inf2.24xlarge", "inf2.48xlarge"),
)


@dataclass(frozen=True)
class Pod:
    """A pod, by what it asks for and whose it is. Only replicas of tier 1 have a version that is spread."""

    owner: str
    gpus: int
    cpu: int
    memory_gib: int
    disk_gib: int
    spread: str = ""


@dataclass(eq=False)
class Node:
    kind: InstanceType
    root_volume_gib: int
    zone: str
    pods: list[Pod] = field(default_factory=list)

    def takes(self, pod: Pod) -> bool:
        pods = [*self.pods, pod]
        return (
            sum(each.gpus for each in pods) <= self.kind.gpus
            and sum(each.cpu for each in pods) <= self.kind.vcpus - 1
            and sum(each.memory_gib for each in pods) <= self.kind.memory_gib * 0.9
            and sum(each.disk_gib for each in pods) * 2**30 <= self.disk * 0.9
        )

    @property
    def disk(self) -> int:
        """The bytes of the disk that kubelet has."""
        return self.kind.nvme_gb * 10**9 or self.root_volume_gib * 2**30


@dataclass
class Cluster:
    """Nodes of one pool. It spreads pods, starts nodes though there is room, and moves nothing that runs."""

    kinds: list[InstanceType]
    root_volume_gib: int
    max_gpus: int
    random: Random
    nodes: list[Node] = field(default_factory=list)

    def place(self, pod: Pod) -> bool:
        zones = self.zones_for(pod)
        free = [node for node in self.nodes if node.zone in zones and node.takes(pod)]
        left = self.max_gpus - sum(node.kind.gpus for node in self.nodes)
        kinds = [kind for kind in self.kinds if kind.gpus <= left]
        new = [Node(kind, self.root_volume_gib, zone) for kind in kinds for zone in zones]
        new = [node for node in new if node.takes(pod)]
        if not free and not new:
            return False
        node = (
            self.random.choice(new) if new and (not free or self.random.random() < 0.3) else self.least(free)
        )
        if node not in self.nodes:
            self.nodes.append(node)
        node.pods.append(pod)
        return True

    def least(self, nodes: list[Node]) -> Node:
        """One of the least allocated nodes, as the scheduler scores them, or by chance any."""
        if self.random.random() < 0.3:
            return self.random.choice(nodes)
        return min(nodes, key=lambda node: sum(pod.gpus for pod in node.pods) / node.kind.gpus)

    def zones_for(self, pod: Pod) -> list[str]:
        counts = Counter(node.zone for node in self.nodes for each in node.pods if each.spread == pod.spread)
        fewest = min(counts[zone] for zone in ZONES)
        return [zone for zone in ZONES if not pod.spread or counts[zone] <= fewest]

    def remove(self, pods: list[Pod]) -> None:
        """End one of some equal pods, and the node that it leaves empty."""
        node = self.random.choice([node for node in self.nodes if any(each in pods for each in node.pods)])
        node.pods.remove(next(each for each in node.pods if each in pods))
        self.nodes = [each for each in self.nodes if each.pods]

    def count(self, pod: Pod) -> int:
        return sum(node.pods.count(pod) for node in self.nodes)


def version(endpoint: EndpointSpec, name: str, kinds: list[InstanceType]) -> Pod:
    owner, wanted = f"{endpoint.name}-{name}", endpoint.resources
    disk = server_disk(wanted.memory_gib, wanted.gpus, kinds[0].accelerator)
    spread = owner if endpoint.tier == 1 else ""
    return Pod(owner, wanted.gpus, wanted.cpu, wanted.memory_gib, disk, spread)


@dataclass
class Life:
    """Endpoints that scale and are rolled out while jobs come and go."""

    cluster: Cluster
    endpoints: tuple[EndpointSpec, ...]
    job: Pod
    quota: int
    current: dict[str, str] = field(default_factory=dict)

    def step(self) -> bool:
        """One event. Whether all that it starts finds a place."""
        events = [self.job_event, *[lambda each=each: self.endpoint_event(each) for each in self.endpoints]]
        return self.cluster.random.choice(events)()

    def job_event(self) -> bool:
        running = self.cluster.count(self.job)
        if running and self.cluster.random.random() < 0.4:
            self.cluster.remove([self.job])
            return True
        return (running + 1) * self.job.gpus > self.quota or self.cluster.place(self.job)

    def endpoint_event(self, endpoint: EndpointSpec) -> bool:
        now = self.current.get(endpoint.name, "blue")
        kinds = self.cluster.kinds
        pod = version(endpoint, now, kinds)
        replicas = self.cluster.count(pod)
        match self.cluster.random.choice(("up", "up", "down", "rollout")):
            case "up":
                return replicas >= endpoint.replicas.max or self.cluster.place(pod)
            case "down" if replicas > 1:
                self.cluster.remove([pod])
            case "rollout":
                other = "green" if now == "blue" else "blue"
                return self.rollout(endpoint, pod, version(endpoint, other, kinds))
        return True

    def rollout(self, endpoint: EndpointSpec, old: Pod, new: Pod) -> bool:
        """One more before one less, as `maxSurge: 1` and `maxUnavailable: 0` say."""
        for _ in range(self.cluster.count(old)):
            if not self.cluster.place(new):
                return False
            self.cluster.remove([old])
        self.current[endpoint.name] = new.owner.rpartition("-")[2]
        return True


@st.composite
def endpoint_of(draw, name: str, kinds: list[InstanceType], nodes: list[EmptyNode]):
    """An endpoint whose replicas fit some node."""
    kind = draw(st.sampled_from(kinds))
    resources = EndpointResources(
        pool="p",
        gpus=draw(st.integers(1, min(kind.gpus, 8))),
        cpu=draw(st.sampled_from([1, 8, 15, kind.vcpus - 1])),
        memory_gib=draw(st.sampled_from([8, 48, 100])),
    )
    assume(any(fits(replica(resources, kind.accelerator), node) for node in nodes))
    return EndpointSpec.model_construct(
        name=name,
        tier=draw(st.sampled_from([1, 2, 2])),
        resources=resources,
        replicas=ReplicasSpec(min=1, max=draw(st.integers(1, 9))),
    )


@st.composite
def lives(draw):
    """A team with one pool, whose ceiling is exactly what the arithmetic asks for."""
    types = draw(st.sampled_from(POOLS))
    kinds = [instance_type(name) for name in types]
    disk_gib = draw(st.sampled_from([100, 200, 2000]))
    pool = PoolSpec(name="p", instance_types=types, capacity=("on-demand",), max_gpus=1, disk_gib=disk_gib)
    nodes = empty_nodes(pool)
    served = [draw(endpoint_of("one", kinds, nodes))]
    if draw(st.booleans()):
        alike = draw(st.booleans())
        served.append(
            served[0].model_copy(update={"name": "two"}) if alike else draw(endpoint_of("two", kinds, nodes))
        )
    largest = max(each.gpus for each in kinds)
    quota = draw(st.sampled_from([0, 0, 1, 3])) * largest
    training = TrainingSpec(pools=(pool,), quota=(OwnQuota(pool="p", gpus=quota),) if quota else ())
    team = Team.model_construct(
        training=training, serving=Serving(endpoints=()).model_copy(update={"endpoints": tuple(served)})
    )
    ceiling = room_of(team, pool).least
    cluster = Cluster(kinds, disk_gib, ceiling, draw(st.randoms(use_true_random=False)))
    job = Pod("job", largest, 1, 1, types_of_one_class(types).disk_gib(largest, disk_gib))
    return Life(cluster, tuple(served), job, quota)


@settings(max_examples=300, deadline=None)
@given(lives())
def test_what_passes_is_placed_in_any_order(life):
    for _ in range(60):
        assert life.step(), life
