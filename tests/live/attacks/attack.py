"""One attempt of somebody, the policy that refuses it, and the same without the attack, which passes."""

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reference.vocabulary import OIDC_PREFIX, rights_group
from tests.live.attacks.workloads import TEAM, Manifest
from tests.live.cluster import Cluster, plural
from tests.live.jobs import as_group, member_of, promoter_of

MEMBER = member_of(TEAM)
PROMOTER = promoter_of(TEAM)
ONCALL = as_group(rights_group(TEAM, "operate"))
OF_LOGIN = as_group(f"{OIDC_PREFIX}vision-oncall", f"{OIDC_PREFIX}0a1b")
"""Who is in the group of the company's login to which the sample team gives `operate`."""
CI = as_group(rights_group(TEAM, "submit"))
DEPLOYER = ("--as=deployer", "--as-group=system:authenticated")


def controller(name: str, namespace: str = "kube-system") -> Sequence[str]:
    """The identity of a service account."""
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    return (f"--as=system:serviceaccount:{namespace}:{name}", *(f"--as-group={group}" for group in groups))


JOB_CONTROLLER = controller("job-controller")
REPLICA_SETS = controller("replicaset-controller")
CRON_JOBS = controller("cronjob-controller")
KUBERAY = controller("kuberay-operator", "kuberay-system")
KUEUE = controller("kueue-controller-manager", "kueue-system")
KSERVE = controller("kserve-controller-manager", "kserve")
KEDA = controller("keda-operator", "keda")
JOB_SETS = controller("jobset-controller-manager", "kubeflow-system")
STRANGER = controller("operator", "somebodys-operator")
TRAINER = controller("trainer", TEAM)
OWNER = {"apiVersion": "batch/v1", "kind": "Job", "name": "a", "uid": "0"}
"""An owner that nobody has."""


@dataclass(frozen=True)
class Request:
    """A request as somebody: an object to create, or a patch or the deletion of one that is there.

    `options` are of kubectl, for a deletion.
    """

    who: Sequence[str]
    kind: str
    name: str
    create: Manifest | None = None
    patch: Any = None
    options: Sequence[str] = ()

    def refusal(self, cluster: Cluster) -> str | None:
        """The words by which the cluster would refuse it; None if it would do it."""
        where = (self.kind, self.name, "-n", TEAM, "--dry-run=server", *self.who)
        if self.create is not None:
            done = cluster.kubectl(
                "create", "-f", "-", "--dry-run=server", "--validate=false", *self.who, data=self.create
            )
        elif self.patch is not None:
            done = cluster.kubectl("patch", *where, "--type=json", "-p", json.dumps(self.patch))
        else:
            done = cluster.kubectl("delete", *where, *self.options)
        return done.stderr or done.stdout if done.returncode else None


@dataclass(frozen=True)
class Attack:
    """An attempt that `policy` refuses, with `told` in its message, and its benign twin."""

    name: str
    attempt: Request
    twin: Request
    policy: str
    told: str

    @property
    def kind(self) -> str:
        """The kind of object that it needs the cluster to know, as kubectl names it."""
        return self.attempt.kind


def create(who: Sequence[str], manifest: Manifest) -> Request:
    """The creation of an object."""
    return Request(who, plural(manifest), manifest["metadata"].get("name", ""), create=manifest)


def creation(
    name: str,
    who: Sequence[str],
    benign: Manifest,
    change: Callable[[Manifest], object],
    policy: str,
    told: str,
    twin: Sequence[str] = (),
) -> Attack:
    """The creation of an object with a change. The twin is without it, or the same as somebody who may."""
    wrong = copy.deepcopy(benign)
    change(wrong)
    allowed = create(twin, wrong) if twin else create(who, benign)
    return Attack(name, create(who, wrong), allowed, policy, told)


def change(
    name: str, who: Sequence[str], at: tuple[str, str], wrong: Any, right: Any, policy: str, told: str
) -> Attack:
    """A patch of an object that is there. The twin is another patch, or the same as somebody who may: a tuple."""
    allowed = Request(right, *at, patch=wrong) if isinstance(right, tuple) else Request(who, *at, patch=right)
    return Attack(name, Request(who, *at, patch=wrong), allowed, policy, told)


def deletion(
    name: str, who: Sequence[str], wrong: tuple[str, str], right: tuple[str, str], policy: str, told: str
) -> Attack:
    """The deletion of an object that is there, and of another that may go."""
    return Attack(name, Request(who, *wrong), Request(who, *right), policy, told)


def put(manifest: Manifest, path: str, value: Any) -> None:
    """Set a part of a manifest by its path, such as `spec.volumes`; a number is an index."""
    *parts, last = path.split(".")
    at: Any = manifest
    for part in parts:
        at = at[int(part)] if part.isdigit() else at.setdefault(part, {})
    if last.isdigit():
        at[int(last)] = value
    else:
        at[last] = value


def putting(path: str, value: Any) -> Callable[[Manifest], None]:
    """The change of one part of a manifest."""
    return lambda manifest: put(manifest, path, value)
