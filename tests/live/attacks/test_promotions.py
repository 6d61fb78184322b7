"""What RBAC leaves to promoters: Jobs to make and to end, and nothing else that a member has."""

import pytest

from tests.live.attacks.attack import MEMBER, PROMOTER, Request, create
from tests.live.attacks.conftest import has_controllers, knows
from tests.live.attacks.workloads import KINDS, TEAM, thing
from tests.live.cluster import Cluster
from tests.live.conftest import POLICED, Deployed
from tests.live.jobs import pods_named

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
        asked = policed.kubectl("auth", "can-i", verb, *what, "-n", TEAM, *PROMOTER)
        return asked.stdout.strip() == "yes"

    assert may("get", "pods") and may("get", "pods", "--subresource=log") and may("list", "jobs.batch")
    assert not may("get", "secrets") and not may("create", "pods", "--subresource=exec")
    assert not may("create", "serviceaccounts", "--subresource=token") and not may("patch", "jobs.batch")


def test_the_promotion_that_is_rendered_gets_its_pod(deployment: Deployed, policed: Cluster):
    if not has_controllers(policed):
        pytest.skip("the cluster has no Job controller")
    [job] = deployment.teams[TEAM].samples["promote-defect-detector"]
    made = policed.kubectl("create", "-f", "-", *PROMOTER, data=policed.marked(job))
    assert not made.returncode, made.stderr
    try:
        [pod] = policed.wait("the pod of the promotion", lambda: pods_named(policed, job))
        assert pod["spec"]["serviceAccountName"] == "promoter"
        assert pod["spec"]["nodeSelector"] == {"paved.dev/pool": "general"}
    finally:
        ended = policed.kubectl("delete", "job", job["metadata"]["name"], "-n", TEAM, *PROMOTER)
        assert not ended.returncode, ended.stderr
