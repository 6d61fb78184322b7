"""The table of attacks, which needs no cluster."""

from tests.live.attacks.attack import MEMBER
from tests.live.attacks.conftest import ATTACKS


def test_no_two_attacks_have_one_name():
    assert len({each.name for each in ATTACKS}) == len(ATTACKS)


def test_members_attack_by_every_kind_of_job_that_they_may_write():
    kinds = {each.kind for each in ATTACKS if each.attempt.who == MEMBER}
    assert {
        "configmap",
        "cronjob.batch",
        "job.batch",
        "jobset.jobset.x-k8s.io",
        "persistentvolumeclaim",
        "pod",
        "raycluster.ray.io",
        "rayjob.ray.io",
        "trainjob.trainer.kubeflow.org",
    } <= kinds
