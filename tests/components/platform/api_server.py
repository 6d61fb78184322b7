"""Asking a real API server what the admission policies do.

PAVED_TEST_KUBECONFIG names a server that may be written to; no controller needs to run there. The policies are
applied under other names, but while the tests run they hold for every namespace of a stack.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from components.platform.admission import Admission, AdmissionArgs
from components.platform.team_images import TeamImages
from paved.plan.planning import plan_program
from paved.runtime.values import as_json

KUBECONFIG = os.environ.get("PAVED_TEST_KUBECONFIG")
needs_api_server = pytest.mark.skipif(
    not KUBECONFIG or not shutil.which("kubectl"),
    reason="needs kubectl, and PAVED_TEST_KUBECONFIG naming an API server that may be written to",
)
GPU = {"nvidia.com/gpu": "1"}
IMAGES = TeamImages(
    account="0", registry="registry.example.com", shared=["registry.example.com/"], closed=True
)
RESTRICTED = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
UNPRIVILEGED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
GENERAL = {"paved.dev/pool": "general"}
DEPLOYER = ("--as=deployer", "--as-group=system:authenticated")
JOB_CONTROLLER = ("--as=system:serviceaccount:kube-system:job-controller", "--as-group=system:authenticated")
SERVING = ("--as=system:serviceaccount:kube-system:replicaset-controller", "--as-group=system:authenticated")
"""Who asks. The administrator that the file names is held by no rule that goes by who it is."""
QUEUED = {"kueue.x-k8s.io/queue-name": "train"}


def kubectl(*arguments, data=None):
    command = ["kubectl", "--kubeconfig", str(KUBECONFIG), *arguments]
    return subprocess.run(
        command, input=json.dumps(data) if data else None, capture_output=True, text=True, check=False
    )


def refusal(thing, *arguments):
    """Why the server would refuse an object; None when it would take it."""
    done = kubectl("create", "--dry-run=server", "-f", "-", *arguments, data=thing)
    return done.stderr if done.returncode else None


def namespace(name, **labels):
    everything = {"paved.dev/stack": name, "team": "risk", "data-class": "regulated", **labels}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {key: value for key, value in everything.items() if value}},
    }


def under_other_names(policy, team):
    policy["metadata"]["name"] = f"{team}-{policy['metadata']['name']}"
    if "policyName" in policy["spec"]:
        policy["spec"]["policyName"] = f"{team}-{policy['spec']['policyName']}"
    return policy


def rights(team):
    """Every right for those who ask: the policies alone hold them."""
    names = [each[0].removeprefix("--as=") for each in (DEPLOYER, JOB_CONTROLLER, SERVING)]
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": team},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "User", "apiGroup": group, "name": name} for name in names],
    }


def pod_spec(limits=None, **spec):
    """The spec of a pod that nothing is said against."""
    container = {
        "name": "main",
        "image": "registry.example.com/train:1",
        "resources": {"limits": limits or {}},
        "securityContext": UNPRIVILEGED,
    }
    return {
        "containers": [container],
        "serviceAccountName": "trainer",
        "securityContext": RESTRICTED,
        "nodeSelector": GENERAL,
        **spec,
    }


@contextmanager
def judged_by(args: AdmissionArgs, team: str, probe) -> Iterator[None]:
    """Apply the policies beside a namespace `team`; they hold once `probe` is refused. Takes all away after."""
    plan = plan_program(
        lambda: Admission("admission", args), stack="test-prod", config={}, references={}.__getitem__
    )
    policies = [
        under_other_names(as_json(r.inputs), team) for r in plan.resources if "apiVersion" in r.inputs
    ]
    items = {"apiVersion": "v1", "kind": "List", "items": [*policies, namespace(team), rights(team)]}
    applied = kubectl("apply", "--server-side", "-f", "-", data=items)
    assert applied.returncode == 0, applied.stderr
    kubectl("create", "serviceaccount", "default", "-n", team)
    deadline = time.monotonic() + 20
    while refusal(probe) is None and time.monotonic() < deadline:
        time.sleep(0.2)  # until the server has read the policies
    try:
        yield
    finally:
        gone = ("--force", "--grace-period=0", "--ignore-not-found")
        kubectl("delete", "pod", "probe", "trained", "-n", team, *gone)
        kubectl("delete", "--wait=false", "-f", "-", data=items)
        # A bare API server has no controller that would finish the deletion.
        done = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": team},
            "spec": {"finalizers": []},
        }
        kubectl("replace", "--raw", f"/api/v1/namespaces/{team}/finalize", "-f", "-", data=done)
