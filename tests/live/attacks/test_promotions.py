"""What RBAC leaves to promoters: Jobs to make and to end, and nothing else that a member has."""

import pytest

from tests.live.attacks.attack import MEMBER, PROMOTER, Request, create
from tests.live.attacks.conftest import knows
from tests.live.attacks.workloads import KINDS, thing
from tests.live.cluster import Cluster
from tests.live.conftest import POLICED

pytestmark = POLICED
NOTE = [{"op": "add", "path": "/metadata/annotations", "value": {"note": "a"}}]
MADE = [make() for kind, (_, make, _) in KINDS.items() if kind != "Job"]
OTHERS = [*MADE, thing("v1", "ConfigMap", "try")]


@pytest.mark.parametrize("manifest", OTHERS, ids=lambda each: str(each["kind"]))
def test_a_promoter_makes_jobs_of_no_other_kind(policed: Cluster, manifest):
    if not knows(create(MEMBER, manifest).kind):
        pytest.skip(f"the cluster does not know {manifest['kind']}")
    assert "cannot create resource" in (create(PROMOTER, manifest).refusal(policed) or "it was accepted")
    assert create(MEMBER, manifest).refusal(policed) is None


def test_a_promoter_changes_no_job_and_ends_no_pod(policed: Cluster):
    job, pod = ("job.batch", "seed-promotion"), ("pod", "seed-promotion-0")
    for refused in (Request(PROMOTER, *job, patch=NOTE), Request(PROMOTER, *pod)):
        assert "forbidden" in (refused.refusal(policed) or "it was accepted")
    assert Request(PROMOTER, *job).refusal(policed) is None


def test_a_promoter_reads_how_a_promotion_went_and_no_secret(policed: Cluster):
    def may(verb: str, *what: str) -> bool:
        asked = policed.kubectl("auth", "can-i", verb, *what, "-n", "vision-prod", *PROMOTER)
        return asked.stdout.strip() == "yes"

    assert may("get", "pods") and may("get", "pods", "--subresource=log") and may("list", "jobs.batch")
    assert not may("get", "secrets") and not may("create", "pods", "--subresource=exec")
    assert not may("create", "serviceaccounts", "--subresource=token") and not may("patch", "jobs.batch")
