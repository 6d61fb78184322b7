"""Attacks by people with fewer rights than a member who develops, and by a team's CI."""

from collections.abc import Iterator

from tests.live.attacks.attack import CI, OF_LOGIN, ONCALL, OWNER, Attack, change, creation, putting
from tests.live.attacks.workloads import plain_job

POLICY = "paved-members"
STOP = [{"op": "add", "path": "/spec/suspend", "value": True}]


def lesser_rights_attacks() -> Iterator[Attack]:
    """What on-call would make of a workload that is there, and what a CI or the company's login would claim."""
    told = "who operates changes"
    cron, job = ("cronjob.batch", "seed-cron"), ("job.batch", "seed-plain")
    often = [{"op": "replace", "path": "/spec/schedule", "value": "* * * * *"}]
    marked = [{"op": "add", "path": "/metadata/labels/kueue.x-k8s.io~1priority-class", "value": "experiment"}]
    noted = [{"op": "add", "path": "/metadata/annotations", "value": {"note": "a"}}]
    for name, patch in (("reschedules", often), ("reprioritises", marked), ("annotates", noted)):
        yield change(f"on-call-{name}", ONCALL, cron, patch, STOP, POLICY, told)
    yield change("login-reschedules", OF_LOGIN, cron, often, STOP, POLICY, told)
    kept = [{"op": "add", "path": "/metadata/finalizers", "value": ["paved.dev/kept"]}]
    yield change("login-finalizer", OF_LOGIN, job, kept, STOP, POLICY, "add no finalizers")
    owned = putting("metadata.ownerReferences", [OWNER])
    yield creation("ci-forged-owner", CI, plain_job(), owned, POLICY, "leave ownerReferences as they are")
