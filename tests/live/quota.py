"""Jobs that hold quota, what Kueue says of one that waits or is evicted, and queues with other fields."""

import copy
from contextlib import ExitStack

from reference.vocabulary import PRIORITY_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import Deployed
from tests.live.jobs import NOWHERE, submitted, templates, workload


def held(
    deployed: Deployed, team: str, sample: str, name: str, gpus: int, priority: str | None = None
) -> Manifest:
    """A Job with the quota of so many GPUs, a pod for each, that lasts until it is removed."""
    job = sized(deployed.teams[team].samples[sample][-1], name, gpus)
    if priority:
        job["metadata"]["labels"][PRIORITY_LABEL] = priority
    templates(job)[0]["spec"]["nodeSelector"] |= NOWHERE
    return job


def waits(deployed: Deployed, job: Manifest) -> str:
    """Kueue's reason why a job waits, once it has looked for room."""
    return told(deployed, job, "QuotaReserved", "False")["message"]


def gated(job: Manifest) -> Manifest:
    """The job with pods that no scheduler looks at. A queue that knows the topology admits no other that never ends."""
    job["spec"]["template"]["spec"]["schedulingGates"] = [{"name": "paved.dev/held"}]
    return job


def sized(job: Manifest, name: str, pods: int) -> Manifest:
    """The job under another name, with so many pods at once."""
    job = copy.deepcopy(job)
    job["metadata"]["name"] = name
    job["spec"] |= {"parallelism": pods, "completions": pods}
    return job


def evicted(deployed: Deployed, job: Manifest) -> str:
    """The reason why Kueue took its quota from a job."""
    return told(deployed, job, "Preempted", "True")["reason"]


def told(deployed: Deployed, job: Manifest, kind: str, status: str) -> dict[str, str]:
    """The condition of a job's workload of a kind, once it has a status."""

    def look() -> dict[str, str] | None:
        for each in workload(deployed.cluster, job).get("status", {}).get("conditions", []):
            if each["type"] == kind and each["status"] == status:
                return dict(each)
        return None

    return deployed.cluster.wait(f"{job['metadata']['name']} to have {kind} {status}", look)


def changed_queue(deployed: Deployed, team: str, **fields: object) -> Manifest:
    """A team's ClusterQueue with other fields in its spec."""
    [queue] = copy.deepcopy(deployed.teams[team].of("ClusterQueue"))
    return {**queue, "spec": {**queue["spec"], **fields}}


def submit(stack: ExitStack, deployed: Deployed, job: Manifest) -> Manifest:
    """A job that is there until the stack is closed."""
    return stack.enter_context(submitted(deployed.cluster, job))
