"""Trust policies of roles, one per kind of caller, and the conditions that hold a service to one account."""

from collections.abc import Sequence

from components.account import Account
from components.identity.document import Conditions, allow, policy_document
from reference.names import issuer_host
from reference.vocabulary import POD_IDENTITY_SERVICE


def service_trust(service: str, *, conditions: Conditions | None = None) -> str:
    """Trust an AWS service, such as `eks.amazonaws.com`."""
    return policy_document(
        allow("AssumedByService", ["sts:AssumeRole"], principal={"Service": service}, conditions=conditions)
    )


def own_account_trust(service: str, account: Account, *, source_arn: str) -> str:
    """Trust an AWS service that acts for a resource of this account; `source_arn` may hold `*`.

    It keeps another customer's resource from borrowing the role through the same service.
    """
    return service_trust(service, conditions=acting_for(account, source_arn))


def token_trust(account: Account, issuer: str, *, audience: str, subjects: Sequence[str]) -> str:
    """Trust tokens of an OIDC issuer that the account knows, for one audience and for whole subjects alone.

    Without `sub` any workload of the issuer, anybody's repository, could take the role.
    """
    host = issuer_host(issuer)
    return policy_document(
        allow(
            "AssumedByToken",
            ["sts:AssumeRoleWithWebIdentity"],
            principal={"Federated": account.oidc_provider_arn(host)},
            conditions={"StringEquals": {f"{host}:aud": audience, f"{host}:sub": list(subjects)}},
        )
    )


def acting_for(account: Account, source_arn: str) -> Conditions:
    """Hold a statement for an AWS service to resources of this account whose ARN matches `source_arn`."""
    return {"ArnLike": {"aws:SourceArn": source_arn}, "StringEquals": {"aws:SourceAccount": account.id}}


def acting_for_budgets(account: Account) -> Conditions:
    """Hold a statement for AWS Budgets to budgets of this account. Budgets have no region."""
    return acting_for(account, f"arn:{account.partition}:budgets::{account.id}:*")


def pod_identity_trust(*, cluster_arn: str, namespace: str, service_account: str) -> str:
    """Trust EKS Pod Identity for one service account of one cluster.

    EKS sends these request tags with every session, so an association made for another service account
    cannot use the role. It holds only while the association keeps its session tags.
    """
    return policy_document(
        allow(
            "AssumedByPod",
            ["sts:AssumeRole", "sts:TagSession"],
            principal={"Service": POD_IDENTITY_SERVICE},
            conditions={
                "StringEquals": {
                    "aws:RequestTag/eks-cluster-arn": cluster_arn,
                    "aws:RequestTag/kubernetes-namespace": namespace,
                    "aws:RequestTag/kubernetes-service-account": service_account,
                }
            },
        )
    )
