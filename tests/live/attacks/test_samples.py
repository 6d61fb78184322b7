"""The sample jobs of every team of a platform, as its members submit them under its policies."""

import pytest

from reference.vocabulary import PROMOTER_ACCOUNT
from tests.live.attacks.attack import Request
from tests.live.cluster import Cluster, Manifest, plural
from tests.live.conftest import POLICED, Deployed
from tests.live.jobs import member_of, promoter_of, templates

pytestmark = POLICED


@pytest.mark.usefixtures("policed")
def test_every_sample_job_is_taken_from_who_runs_it(deployment: Deployed):
    refused: dict[str, str | None] = {}
    for team, rendered in deployment.teams.items():
        for name, manifests in rendered.samples.items():
            who = promoter_of(team) if promotes(manifests[-1]) else member_of(team)
            for each in manifests:
                request = Request(who, plural(each), each["metadata"]["name"], create=each)
                refused[f"{team}/{name}/{each['kind']}"] = request.refusal(deployment.cluster)
    assert {name: words for name, words in refused.items() if words} == {}
    assert any("promote-" in name for name in refused)


def promotes(job: Manifest) -> bool:
    """Whether a sample is a promotion."""
    return templates(job)[0]["spec"].get("serviceAccountName") == PROMOTER_ACCOUNT


def test_every_retraining_run_is_taken_from_keda(deployment: Deployed, policed: Cluster):
    keda = ("--as=system:serviceaccount:keda:keda-operator",)
    for rendered in deployment.teams.values():
        for name, job in rendered.retraining().items():
            assert Request(keda, "job.batch", name, create=job).refusal(policed) is None
