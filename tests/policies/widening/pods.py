"""Pods that have more of their node, in every field that gives it and in every kind that carries a pod."""

from policies.values import MISSING
from tests.policies.widening.model import (
    addition,
    assigned,
    claims_of,
    kubernetes,
    lookup,
    put,
    tables,
    value_of,
)

DIGEST = "sha256:7d1a6f0c2b9e48d35f17c08ab4e2963d5cf0817ea2b64d93708e1fc5a6b2d490"
JOB = "kubernetes:batch/v1:Job"
TABLES = tables("pods")
OPENINGS = TABLES["openings"]
"""Paths of a pod, what they become, and the rule that forbids it."""
CARRIERS = TABLES["carriers"]
"""The kinds that carry a pod, and where."""
EVERYWHERE = ("is privileged", "is root", "runs an image of another registry")
"""Openings that are tried in every kind."""
AT_SAMPLES = (
    *EVERYWHERE,
    "has its node's network",
    "mounts its node's root",
    "starts with a privileged container",
    "may do what root may",
    "has a key in its environment",
)
"""Openings that are tried in the pods of a plan."""


def widenings(stack):
    if stack.of("pulumi:providers:kubernetes"):
        namespace = stack.context.stack if stack.context.kind == "team" else "kueue-system"
        good = pod(stack)
        yield from of_a_job(stack, namespace, good)
        yield from carried(stack, namespace, good)
        yield from at_samples(stack)


def pod(stack):
    """A pod that no rule finds anything of."""
    context = stack.context
    account, region = context.account, context.region
    image = f"{account}.dkr.ecr.{region}.amazonaws.com/{context.stack}/added@{DIGEST}"
    container = {
        "name": "main",
        "image": image,
        "resources": {
            "requests": {"cpu": "1", "memory": "1Gi"},
            "limits": {"memory": "1Gi", "ephemeral-storage": "1Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    return {
        "serviceAccountName": "trainer",
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "nodeSelector": {"paved.dev/pool": "general"},
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }


def carrier(stack, kind, namespace, spec):
    """An object of a kind that carries a pod."""
    return kubernetes(stack, kind, "added", assigned({}, CARRIERS[kind], spec), namespace)


def opened(spec, row, stack):
    """A pod with what a row puts into it."""
    ecr = f"{stack.context.account}.dkr.ecr.{stack.context.region}.amazonaws.com"
    value = value_of(row)
    return assigned(spec, row["at"], value.replace("{ecr}", ecr) if isinstance(value, str) else value)


def of_a_job(stack, namespace, good):
    """A job of the team whose pod is as it should be, but for one thing."""
    for row in OPENINGS:
        job = carrier(stack, JOB, namespace, opened(good, row, stack))
        yield addition(f"a Job {row['says']}", claims_of(row, stack), job)


def carried(stack, namespace, good):
    """The same pod in every kind."""
    for kind in CARRIERS:
        for row in OPENINGS:
            if row["says"] in EVERYWHERE:
                found = carrier(stack, kind, namespace, opened(good, row, stack))
                yield addition(
                    f"{kind.removeprefix('kubernetes:')} {row['says']}", claims_of(row, stack), found
                )


def at_samples(stack):
    """A pod of the plan itself, with one thing more. The Job that hands file systems over is root, as it has to be."""
    for kind, path in CARRIERS.items():
        found = [each for each in stack.of(kind) if lookup(each.properties, path)]
        for each in found[:1]:
            for row in OPENINGS:
                root = (
                    row["says"] == "is root" and each.properties["metadata"].get("namespace") == "hand-overs"
                )
                if row["says"] in AT_SAMPLES and not root:
                    whole = f"{path}>{in_container(each, path, row['at'])}"
                    yield put(each, whole, value_of(row), row["says"], claims_of(row, stack))


def in_container(subject, path, way):
    """The path below a pod: of KServe's container `model`, where that is its container."""
    with_model = lookup(subject.properties, f"{path}>model") is not MISSING
    return way.replace("containers>0>", "model>", 1) if with_model else way
