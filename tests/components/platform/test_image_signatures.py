import re
from dataclasses import replace

import pytest

from components.platform.image_signatures import (
    ImageSignatures,
    ImageSignaturesArgs,
    policy_controller_values,
)
from reference.chart_images import images_from
from reference.registries import CACHED, own_repository
from reference.releases import release
from tests.image_names import HOST, OWN, PUBLISHED

TRITON = release("2026.11").images["tritonserver"]
KEY = "awskms:///arn:aws:kms:eu-central-1:777788889999:alias/paved-foundation-risk-signing"
REGISTRY = "777788889999.dkr.ecr.eu-central-1.amazonaws.com"
ARGS = ImageSignaturesArgs(
    version="0.10.6",
    kubernetes_version="1.35",
    images=release("2026.11").images,
    image_names=PUBLISHED,
    environment="prod",
    shared=(f"{REGISTRY}/shared/", f"{REGISTRY}/tools/cuda:"),
    registry=REGISTRY,
    key_uri=KEY,
    replicas=2,
    labels={"team": "platform"},
    after=(),
    monitoring=(),
    protect=True,
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: ImageSignatures("platform-risk-signatures", ARGS))


@pytest.fixture
def policies(planned):
    found = planned.of("kubernetes:policy.sigstore.dev/v1alpha1:ClusterImagePolicy")
    return {each.inputs["metadata"]["name"]: each for each in found}


def test_it_has_a_namespace_of_the_strictest_level(planned):
    labels = planned.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_chart_is_pinned_and_its_definitions_are_protected(planned):
    release = planned.one("kubernetes:helm.sh/v3:Release")
    assert release.inputs["chart"] == "oci://ghcr.io/sigstore/helm-charts/policy-controller"
    assert (release.inputs["version"], release.inputs["namespace"]) == ("0.10.6", "cosign-system")
    assert release.protect


def test_every_image_of_a_team_needs_a_signature_by_the_key(policies):
    spec = policies["team-images"].inputs["spec"]
    assert [each["glob"] for each in spec["images"]] == [
        f"{REGISTRY}/*-prod/**",
        f"{REGISTRY}/shared/**",
        f"{REGISTRY}/tools/cuda@**",
    ]
    assert spec["authorities"] == [{"name": "signing-key", "key": {"kms": KEY, "hashAlgorithm": "sha256"}}]
    assert spec["mode"] == "enforce"


def test_images_of_kserve_pass_unsigned_by_repository_and_digest(policies):
    spec = policies["platform-images"].inputs["spec"]
    assert [each["glob"] for each in spec["images"]] == [
        "index.docker.io/kserve/huggingfaceserver@sha256:*",
        "index.docker.io/seldonio/mlserver@sha256:*",
        "index.docker.io/kserve/storage-initializer@sha256:*",
        f"nvcr.io/nvidia/tritonserver@{TRITON.digest}",
    ]
    assert spec["authorities"] == [{"name": "platform", "static": {"action": "pass"}}]


def test_images_of_kserve_pass_by_the_names_of_the_accounts_own_registry(plan_program):
    plan = plan_program(lambda: ImageSignatures("signatures", replace(ARGS, image_names=OWN)))
    globs = [
        each["glob"]
        for policy in plan.of("kubernetes:policy.sigstore.dev/v1alpha1:ClusterImagePolicy")
        for each in policy.inputs["spec"]["images"]
    ]
    assert [glob for glob in globs if "upstream" in glob] == [
        f"{HOST}/upstream/docker.io/kserve/huggingfaceserver@sha256:*",
        f"{HOST}/upstream/docker.io/seldonio/mlserver@sha256:*",
        f"{HOST}/upstream/docker.io/kserve/storage-initializer@sha256:*",
        f"{HOST}/upstream/nvcr.io/nvidia/tritonserver@{TRITON.digest}",
    ]


@pytest.mark.parametrize("image", images_from([*CACHED, "nvcr.io"]))
def test_no_image_of_others_has_to_satisfy_the_policy_of_teams_images(policies, image):
    """An image has to satisfy every policy that it matches, and nobody here signs these."""
    teams = [each["glob"] for each in policies["team-images"].inputs["spec"]["images"]]
    found = f"{REGISTRY}/{own_repository(image)}@{TRITON.digest}"
    assert not [glob for glob in teams if matches(glob, found)]
    assert [glob for glob in teams if matches(glob, f"{REGISTRY}/vision-prod/finetune@{TRITON.digest}")]


def matches(glob, image):
    """Whether a pattern matches, as the controller reads it: `*` stops at a slash, `**` does not."""
    parts = [re.escape(part).replace(r"\*", "[^/]*") for part in glob.split("**")]
    return re.fullmatch(".*".join(parts), image) is not None


def test_a_policy_comes_after_the_controller_that_defines_it(planned, policies):
    release = planned.one("kubernetes:helm.sh/v3:Release")
    assert all(release.urn in each.depends_on for each in policies.values())


def test_it_looks_at_the_namespaces_of_teams_alone():
    selector = policy_controller_values(2)["webhook"]["namespaceSelector"]
    assert selector == {"matchExpressions": [{"key": "paved.dev/stack", "operator": "Exists"}]}


def test_nothing_starts_there_that_it_cannot_verify():
    webhook = policy_controller_values(2)["webhook"]
    assert webhook["failurePolicy"] == "Fail"
    assert webhook["configData"] == {"no-match-policy": "deny"}


def test_the_hook_at_uninstall_runs_an_image_by_digest():
    image = policy_controller_values(2)["leasescleanup"]["image"]
    assert re.fullmatch(r"latest-dev@sha256:[0-9a-f]{64}", image["version"])


def test_sigstores_public_instances_are_not_asked():
    assert policy_controller_values(1)["webhook"]["extraArgs"] == {"disable-tuf": True}


def test_one_of_two_replicas_stays_and_a_single_one_stops_no_drain():
    budgets = {n: policy_controller_values(n)["webhook"]["podDisruptionBudget"] for n in (1, 2)}
    assert (budgets[1]["enabled"], budgets[2]) == (False, {"enabled": True, "minAvailable": 1})
