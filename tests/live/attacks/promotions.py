"""Attacks on what serves: by who trains, by who promotes, and by those who make jobs for others."""

import copy
from collections.abc import Callable, Iterator

from reference.vocabulary import PROMOTER_ACCOUNT, QUEUE_LABEL, STACK_LABEL
from tests.live.attacks.attack import (
    CRON_JOBS,
    DEPLOYER,
    JOB_CONTROLLER,
    JOB_SETS,
    KEDA,
    KUBERAY,
    MEMBER,
    OWNER,
    PROMOTER,
    Attack,
    change,
    creation,
    deletion,
    put,
    putting,
)
from tests.live.attacks.fields import OWN_IMAGES, SELECTED
from tests.live.attacks.workloads import (
    KINDS,
    NODES,
    REGISTRY,
    Manifest,
    admitted_pod,
    plain_job,
    promotion,
    promotion_pod,
)

POLICY, KEPT = "paved-promotions", "promotions are changed and ended by the group"
OTHERS = "makes Jobs with serviceAccountName promoter, and no others"
GENERAL = "a promotion takes no accelerator"


def promoting(template: Callable[[Manifest], Manifest]) -> Callable[[Manifest], None]:
    """The change of a job whose pods would promote."""
    return lambda manifest: put(template(manifest), "spec.serviceAccountName", PROMOTER_ACCOUNT)


def of_makers() -> Iterator[Attack]:
    """Promotions that are not a promoter's, in every kind of job, and jobs of a promoter that are none."""
    for kind, (policy, make, template) in KINDS.items():
        if kind != "Job":
            told = "service account trainer"
            yield creation(f"{kind}-promotes", MEMBER, make(), promoting(template), policy, told)
    for name, maker in (
        ("member", MEMBER),
        ("JobSet", JOB_SETS),
        ("KubeRay", KUBERAY),
        ("event", KEDA),
        ("schedule", CRON_JOBS),
        ("deployer", DEPLOYER),
    ):
        yield creation(f"promotion-by-{name}", maker, promotion(), dict, POLICY, OTHERS, PROMOTER)
    yield creation("promoter-trains", PROMOTER, plain_job(), dict, POLICY, OTHERS, MEMBER)


def of_promoters() -> Iterator[Attack]:
    """More than a member may have, in a promoter's own Job."""
    jobs, members, template = "paved-jobs", "paved-members", "spec.template"
    for name, path, value, policy, told in (
        ("nodes", f"{template}.spec.nodeSelector", dict(NODES), POLICY, GENERAL),
        ("queue", "metadata.labels", {QUEUE_LABEL: "train"}, jobs, "the queues are for jobs that"),
        (
            "priority",
            f"{template}.spec.priorityClassName",
            "system-node-critical",
            jobs,
            "no priorityClassName",
        ),
        ("admission", f"{template}.metadata.labels", {"kueue.x-k8s.io/podset": "main"}, jobs, SELECTED),
        (
            "image",
            f"{template}.spec.containers.0.image",
            f"{REGISTRY}/search-prod/ranker:1",
            jobs,
            OWN_IMAGES,
        ),
        (
            "bill",
            f"{template}.metadata.labels",
            {STACK_LABEL: "search-prod"},
            jobs,
            "are those of the namespace",
        ),
        (
            "trigger",
            "metadata.labels",
            {"paved.dev/trigger": "drift"},
            members,
            "set by what selects by them",
        ),
        ("owner", "metadata.ownerReferences", [OWNER], members, "leave ownerReferences as they are"),
        ("finalizer", "metadata.finalizers", ["paved.dev/kept"], members, "add no finalizers"),
        ("name", "metadata.name", "retrain-drift-x", members, "names that start with retrain-"),
    ):
        wrong = putting(path, copy.deepcopy(value))
        yield creation(f"promotion-{name}", PROMOTER, promotion(), wrong, policy, told)


def of_pods() -> Iterator[Attack]:
    """Pods that would promote: of nobody's Job, and on nodes with accelerators."""
    policy, account = "paved-new-pods", "service account trainer"
    for name, maker in (("deployer", DEPLOYER), ("KubeRay", KUBERAY)):
        made = creation(
            f"promoting-pod-by-{name}", maker, promotion_pod(), dict, policy, account, JOB_CONTROLLER
        )
        yield made
    moved = putting("spec.nodeSelector", dict(NODES))
    yield creation("promoting-pod-moved", JOB_CONTROLLER, promotion_pod(), moved, policy, GENERAL)
    account_of = putting("spec.serviceAccountName", PROMOTER_ACCOUNT)
    yield creation("promoting-pod-with-gpu", JOB_CONTROLLER, admitted_pod(), account_of, policy, GENERAL)


def of_promotions_there() -> Iterator[Attack]:
    """What a member does to a promotion, and a promoter to other jobs."""
    member = "paved-members"
    note = [{"op": "add", "path": "/metadata/annotations", "value": {"note": "a"}}]
    there, plain = ("job.batch", "seed-promotion"), ("job.batch", "seed-plain")
    yield change("patched-promotion", MEMBER, there, note, DEPLOYER, member, KEPT)
    yield deletion("ended-promotion", MEMBER, there, plain, member, KEPT)
    yield deletion("ended-pod", MEMBER, ("pod", "seed-promotion-0"), ("pod", "seed-pod"), member, KEPT)
    yield deletion("promoter-ends-training", PROMOTER, plain, there, member, KEPT)


def promotion_attacks() -> Iterator[Attack]:
    """All of them."""
    for part in (of_makers, of_promoters, of_pods, of_promotions_there):
        yield from part()
