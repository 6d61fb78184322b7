"""An independent judge: Checkov over the same plans finds nothing that is not explained in checkov.yaml.

It reads AWS resources in Terraform's JSON and Kubernetes manifests. It knows no custom resources, so an endpoint is
shown to it as the Deployment that KServe makes of it.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from paved.render import rendered_files
from tests.conftest import STACKS
from tests.policies.terraform import terraform

EXPLAINED = yaml.safe_load((Path(__file__).parent / "checkov.yaml").read_text(encoding="utf-8"))[
    "differences"
]
NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))
SERVICE = "kubernetes:serving.kserve.io/v1beta1:InferenceService"


@pytest.fixture(scope="module")
def failed(planner, tmp_path_factory):
    """What Checkov finds in every sample stack: the check, the kind of resource, the stack."""
    checkov = shutil.which("checkov")
    if checkov is None:
        pytest.skip("the independent judge is not here: no `checkov` on PATH")
    folder = tmp_path_factory.mktemp("checkov")
    for name in NAMES:
        write(folder / name, planner.plan(name))
    command = [checkov, "-d", str(folder), "--framework", "terraform_json", "kubernetes", "-o", "json"]
    options = ["--compact", "--quiet", "--skip-download", "--soft-fail"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=True, timeout=300)
    parts = json.loads(done.stdout)
    assert {part["check_type"] for part in parts} == {"terraform_json", "kubernetes"}
    assert sum(part["summary"]["passed"] for part in parts) > 700
    return {
        (each["check_id"], each["resource"].split(".")[0], each["file_path"].split("/")[1])
        for part in parts
        for each in part["results"]["failed_checks"]
    }


def write(folder, plan):
    (folder / "kubernetes").mkdir(parents=True)
    resources = terraform(plan)
    if resources["resource"]:
        (folder / "main.tf.json").write_text(json.dumps(resources), encoding="utf-8")
    for name, text in rendered_files(plan).items():
        if name.startswith("kubernetes/"):
            (folder / "kubernetes" / name.replace("/", "_")).write_text(text, encoding="utf-8")
    for each in plan.of(SERVICE):
        text = yaml.safe_dump(deployment(each.inputs), sort_keys=True)
        (folder / "kubernetes" / f"deployment-{each.name}.yaml").write_text(text, encoding="utf-8")


def deployment(service):
    """What KServe makes of an endpoint: its model container in a pod, with an image that the runtime brings."""
    predictor = dict(service["spec"]["predictor"])
    model = predictor.pop("model")
    container = {"name": "kserve-container", "image": "runtime:v1", **model}
    kept = (
        "automountServiceAccountToken",
        "securityContext",
        "serviceAccountName",
        "nodeSelector",
        "tolerations",
    )
    pod = {key: predictor[key] for key in kept if key in predictor}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": service["metadata"],
        "spec": {
            "replicas": predictor["minReplicas"],
            "selector": {"matchLabels": {"app": "model"}},
            "template": {
                "metadata": {"labels": {"app": "model"}},
                "spec": {**pod, "containers": [container]},
            },
        },
    }


def explains(difference, check, kind, stack):
    same = difference["check"] == check and difference["resources"] == kind
    return same and stack in difference.get("only", NAMES)


def test_checkov_finds_nothing_that_is_not_explained(failed):
    unexplained = [each for each in sorted(failed) if not any(explains(one, *each) for one in EXPLAINED)]
    assert unexplained == []


def test_every_explained_difference_is_one(failed):
    stale = [one["check"] for one in EXPLAINED if not any(explains(one, *each) for each in failed)]
    assert stale == []


def test_every_difference_says_why():
    assert all(len(one["why"]) > 40 for one in EXPLAINED)
