"""A kubeconfig as data: a cluster, and the command that makes a short-lived token for each call. It holds no secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Login = Mapping[str, Any]
"""The `exec` of a user of a kubeconfig."""


@dataclass(frozen=True, kw_only=True)
class ClusterAddress:
    """An EKS cluster, and the place and the authority of its API."""

    name: str
    region: str
    endpoint: str
    certificate_authority: str  # as EKS gives it, in base64


def kubeconfig_data(
    cluster: ClusterAddress, login: Login, *, context: str | None = None, namespace: str | None = None
) -> dict[str, Any]:
    """The kubeconfig of one cluster with one context, by default of the cluster's name and of no namespace."""
    name = context or cluster.name
    where = {"server": cluster.endpoint, "certificate-authority-data": cluster.certificate_authority}
    inside: dict[str, Any] = {"cluster": cluster.name, "user": name}
    if namespace:
        inside["namespace"] = namespace
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": cluster.name, "cluster": where}],
        "users": [{"name": name, "user": {"exec": login}}],
        "contexts": [{"name": name, "context": inside}],
        "current-context": name,
    }


def aws_login(
    cluster_name: str, region: str, *, role_arn: str | None = None, profile: str | None = None
) -> Login:
    """The AWS CLI, by the caller's own credentials, or by a role that these may take on."""
    token = ["eks", "get-token", "--cluster-name", cluster_name, "--region", region, "--output", "json"]
    if role_arn:
        token += ["--role-arn", role_arn]
    login: dict[str, Any] = _login("v1beta1", "aws", token)
    if profile:
        login["env"] = [{"name": "AWS_PROFILE", "value": profile}]
    return login


def oidc_login(issuer: str, client_id: str) -> Login:
    """The plugin `oidc-login` of kubectl, which opens the organisation's login in a browser."""
    arguments = ["oidc-login", "get-token", f"--oidc-issuer-url={issuer}", f"--oidc-client-id={client_id}"]
    return _login("v1", "kubectl", arguments)


def _login(version: str, command: str, arguments: Sequence[str]) -> dict[str, Any]:
    return {
        "apiVersion": f"client.authentication.k8s.io/{version}",
        "command": command,
        "args": list(arguments),
        "interactiveMode": "Never",
    }
