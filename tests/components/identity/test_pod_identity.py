import json

import pytest

from components.account import ClusterRef
from components.identity.document import allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs

ARGS = PodIdentityArgs(
    cluster=ClusterRef(
        name="paved-foundation-prod",
        arn="arn:aws:eks:us-east-1:111122223333:cluster/paved-foundation-prod",
    ),
    namespace="kube-system",
    service_account="karpenter",
    role=RoleArgs(
        name="paved-foundation-prod-karpenter",
        description="Karpenter",
        inline={"prices": policy_document(allow("ReadPrices", ["pricing:GetProducts"], ["*"]))},
    ),
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: PodIdentity("karpenter", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/pod_identity.json", planned.as_json()["resources"])


def test_the_trust_policy_is_known_at_plan_time(planned):
    trust = json.loads(planned.one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    tags = trust["Statement"][0]["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/eks-cluster-arn"] == ARGS.cluster.arn


def test_a_pod_gets_no_credentials_before_their_permissions(planned):
    association = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert planned.one("aws:iam/rolePolicy:RolePolicy").urn in association.depends_on


def test_the_association_names_the_one_service_account(planned):
    inputs = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (inputs["namespace"], inputs["serviceAccount"]) == ("kube-system", "karpenter")


def test_session_tags_stay_on_because_the_trust_policy_reads_them(planned):
    inputs = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert not inputs.get("disableSessionTags")
