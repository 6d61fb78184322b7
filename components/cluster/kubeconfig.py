"""The kubeconfig of a cluster: a client uses its own AWS credentials, so no secret is written down."""

import json

from pulumi import Input, Output, Resource


def kubeconfig(
    *,
    cluster_name: str,
    region: str,
    endpoint: Input[str],
    certificate_authority: Input[str],
    access_entry: Resource,
) -> Output[str]:
    """The kubeconfig as JSON. It is known only once the client's access entry exists."""
    return Output.all(endpoint, certificate_authority, access_entry.urn).apply(
        lambda values: kubeconfig_text(cluster_name, region, values[0], values[1])
    )


def kubeconfig_text(cluster_name: str, region: str, endpoint: str, certificate_authority: str) -> str:
    """The kubeconfig of one cluster: the AWS CLI makes a short-lived token for each call."""
    token = ["eks", "get-token", "--cluster-name", cluster_name, "--region", region, "--output", "json"]
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": token,
            "interactiveMode": "Never",
        }
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": cluster_name,
                    "cluster": {"server": endpoint, "certificate-authority-data": certificate_authority},
                }
            ],
            "users": [{"name": cluster_name, "user": user}],
            "contexts": [{"name": cluster_name, "context": {"cluster": cluster_name, "user": cluster_name}}],
            "current-context": cluster_name,
        },
        sort_keys=True,
    )
