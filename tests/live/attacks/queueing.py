"""Attacks on the queue by every kind of job: past it, before others in it, and on nodes without it."""

from collections.abc import Iterator

from reference.vocabulary import ACCELERATOR_LABEL, GPU_RESOURCE, PRIORITY_LABEL, QUEUE_LABEL
from tests.live.attacks.attack import MEMBER, Attack, creation
from tests.live.attacks.workloads import KINDS, Manifest, owner_labels, resources_of, templates_of


def of_queue(kind: str) -> Iterator[Attack]:
    """Attacks on the queue by a kind of job."""
    policy, make, _ = KINDS[kind]
    changes = (
        ("past-the-queue", no_queue, "must wait in a queue"),
        ("own-priority", own_priority, "must be one of"),
        ("no-limit", no_limit, "sets its limit too"),
        ("no-device", no_device, "the queues are for jobs that"),
    )
    for name, change, told in (*changes, *(() if kind == "TrainJob" else OF_NODES)):
        yield creation(f"{kind}-{name}", MEMBER, make(), change, policy, told)


def no_queue(manifest: Manifest) -> None:
    """The job waits in no queue, and tolerates nothing."""
    del owner_labels(manifest)[QUEUE_LABEL]
    for each in templates_of(manifest):
        each["spec"].pop("tolerations")


def own_priority(manifest: Manifest) -> None:
    """The job has a priority that the platform has not."""
    owner_labels(manifest)[PRIORITY_LABEL] = "now"


def no_limit(manifest: Manifest) -> None:
    """A container requests memory and has no limit of it."""
    resources_of(manifest)[0]["limits"] = {GPU_RESOURCE: "1"}


def no_device(manifest: Manifest) -> None:
    """The job requests no device, and waits in the queue."""
    for resources in resources_of(manifest):
        for kind, amounts in resources.items():
            resources[kind] = {name: each for name, each in amounts.items() if name != GPU_RESOURCE}


def holds_nodes(manifest: Manifest) -> None:
    """The job requests no device, waits in no queue, and goes to nodes with devices."""
    no_device(manifest)
    del owner_labels(manifest)[QUEUE_LABEL]


def any_class(manifest: Manifest) -> None:
    """The job selects no accelerator class."""
    del templates_of(manifest)[0]["spec"]["nodeSelector"][ACCELERATOR_LABEL]


def one_taint(manifest: Manifest) -> None:
    """The job tolerates one of the taints of its nodes."""
    templates_of(manifest)[0]["spec"]["tolerations"].pop()


def moved(manifest: Manifest) -> None:
    """The job does not say how long its nodes are kept."""
    templates_of(manifest)[0]["metadata"]["annotations"] = {}


OF_NODES = (
    ("holds-nodes", holds_nodes, "runs on nodes without them"),
    ("any-class", any_class, "selects the class of its nodes"),
    ("one-taint", one_taint, "tolerates both taints"),
    ("moved", moved, "says how long its node is kept"),
)
