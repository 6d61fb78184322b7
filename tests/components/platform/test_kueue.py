import pytest
import yaml

from components.platform.kueue import PREEMPTION_STRATEGIES, kueue_values, manager_configuration
from reference.vocabulary import STACK_LABEL


def test_the_managers_configuration_is_one_string():
    text = kueue_values("fair")["managerConfig"]["controllerManagerConfigYaml"]
    assert yaml.safe_load(text) == manager_configuration("fair")


def test_quotas_are_measured():
    """Off by default, and the alert on promises beyond capacity reads them."""
    assert manager_configuration("fair")["metrics"]["enableClusterQueueResources"] is True


def test_kueue_looks_at_namespaces_of_stacks_alone():
    selector = manager_configuration("fair")["managedJobsNamespaceSelector"]
    assert selector == {"matchExpressions": [{"key": STACK_LABEL, "operator": "Exists"}]}


def test_webhooks_for_pods_and_deployments_are_not_asked_for():
    assert manager_configuration("fair")["integrations"] == {"frameworks": ["batch/job"]}


def test_the_jobs_of_frameworks_queue_beside_those_of_kubernetes():
    frameworks = manager_configuration("fair", ["ray.io/rayjob"])["integrations"]["frameworks"]
    assert frameworks == ["batch/job", "ray.io/rayjob"]


def test_a_job_may_ask_for_resources_that_no_flavor_covers():
    assert manager_configuration("fair")["resources"] == {"quotaCheckStrategy": "IgnoreUndeclared"}


def test_a_job_without_nodes_goes_back_to_its_queue():
    waiting = manager_configuration("fair")["waitForPodsReady"]
    assert waiting["timeout"] == waiting["recoveryTimeout"] == "30m"
    assert waiting["blockAdmission"] is False


def test_a_job_whose_nodes_never_come_is_given_up():
    """Without the limit it would hold its quota for half of every hour, for ever."""
    strategy = manager_configuration("fair")["waitForPodsReady"]["requeuingStrategy"]
    assert strategy == {
        "timestamp": "Eviction",
        "backoffLimitCount": 5,
        "backoffBaseSeconds": 300,
        "backoffMaxSeconds": 3600,
    }


def test_admission_of_jobs_survives_the_loss_of_a_replica():
    manager = kueue_values("fair")["controllerManager"]
    assert manager["replicas"] > manager["podDisruptionBudget"]["minAvailable"] > 0


@pytest.mark.parametrize(
    ("sharing", "strategies"),
    [
        ("fair", ["LessThanOrEqualToFinalShare"]),
        ("fair-eager", ["LessThanOrEqualToFinalShare", "LessThanInitialShare"]),
    ],
)
def test_a_team_takes_its_share_from_who_has_borrowed_more(sharing, strategies):
    assert manager_configuration(sharing)["fairSharing"] == {"preemptionStrategies": strategies}


def test_first_come_is_kueue_without_fair_sharing():
    """The section alone turns fair sharing on, whatever is in it."""
    assert "fairSharing" not in manager_configuration("first-come")


def test_kueue_starts_with_every_list_of_strategies():
    accepted = {
        (),
        ("LessThanOrEqualToFinalShare",),
        ("LessThanInitialShare",),
        ("LessThanOrEqualToFinalShare", "LessThanInitialShare"),
    }
    assert set(PREEMPTION_STRATEGIES.values()) <= accepted
