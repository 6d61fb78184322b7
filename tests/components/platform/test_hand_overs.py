from components.platform.hand_overs import HandOvers, HandOversArgs
from components.platform.namespaces import SystemNamespaces, SystemNamespacesArgs
from reference.vocabulary import HAND_OVER_ACCOUNT, HAND_OVER_NAMESPACE

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
QUOTA = "kubernetes:core/v1:ResourceQuota"
ACCOUNT = "kubernetes:core/v1:ServiceAccount"


def program():
    system = SystemNamespaces(
        "system", SystemNamespacesArgs(kubernetes_version="1.35", without=(), labels={}, protect=False)
    )
    HandOvers("hand-overs", HandOversArgs(namespace=system.namespaces[HAND_OVER_NAMESPACE], labels={}))


def test_no_traffic_reaches_or_leaves_the_pods(plan_program):
    policy = plan_program(program).one(POLICY).inputs
    assert policy["metadata"]["namespace"] == HAND_OVER_NAMESPACE
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_pods_are_capped(plan_program):
    hard = plan_program(program).one(QUOTA).inputs["spec"]["hard"]
    assert set(hard) == {"pods", "requests.cpu", "requests.memory", "limits.memory"}


def test_the_account_of_the_jobs_gives_no_token(plan_program):
    account = plan_program(program).one(ACCOUNT).inputs
    assert account["metadata"]["name"] == HAND_OVER_ACCOUNT
    assert account["automountServiceAccountToken"] is False
