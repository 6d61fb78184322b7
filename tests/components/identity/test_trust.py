import json

import pytest

from components.account import Account
from components.identity.trust import (
    issuer_host,
    own_account_trust,
    pod_identity_trust,
    service_trust,
    token_trust,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
CLUSTER = "arn:aws:eks:us-east-1:111122223333:cluster/paved-foundation-prod"


def only(document):
    [statement] = json.loads(document)["Statement"]
    return statement


def test_a_service_may_assume_and_nothing_more():
    statement = only(service_trust("ec2.amazonaws.com"))
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole"]
    assert "Condition" not in statement


def test_a_service_is_held_to_resources_of_this_account():
    statement = only(own_account_trust("eks.amazonaws.com", ACCOUNT, source_arn=CLUSTER))
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": CLUSTER},
        "StringEquals": {"aws:SourceAccount": "111122223333"},
    }


def test_a_pod_is_held_to_its_cluster_namespace_and_service_account():
    statement = only(
        pod_identity_trust(cluster_arn=CLUSTER, namespace="vision-prod", service_account="trainer")
    )
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-arn": CLUSTER,
        "aws:RequestTag/kubernetes-namespace": "vision-prod",
        "aws:RequestTag/kubernetes-service-account": "trainer",
    }


def test_pod_identity_may_tag_its_sessions():
    """EKS assumes the role with session tags; without sts:TagSession it cannot assume it at all."""
    statement = only(pod_identity_trust(cluster_arn=CLUSTER, namespace="a", service_account="b"))
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_a_ci_is_held_to_its_audience_and_to_whole_subjects():
    main = "repo:example/vision:ref:refs/heads/main"
    issuer = "https://token.actions.githubusercontent.com"
    statement = only(token_trust(ACCOUNT, issuer, audience="sts.amazonaws.com", subjects=[main]))
    host = "token.actions.githubusercontent.com"
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{host}"}
    assert statement["Condition"] == {
        "StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": [main]}
    }


@pytest.mark.parametrize("name", ["gitlab.example.com/a", "tenant.auth0.com/"])
def test_all_but_the_scheme_of_an_issuer_is_its_name(name):
    assert issuer_host(f"https://{name}") == name


def test_a_slash_at_the_end_of_an_issuer_is_kept_in_the_trust():
    statement = only(token_trust(ACCOUNT, "https://tenant.auth0.com/", audience="aws", subjects=["ci"]))
    provider = "arn:aws:iam::111122223333:oidc-provider/tenant.auth0.com/"
    assert statement["Principal"] == {"Federated": provider}
    assert set(statement["Condition"]["StringEquals"]) == {"tenant.auth0.com/:aud", "tenant.auth0.com/:sub"}
