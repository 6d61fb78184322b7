"""The kubeconfig of a cluster: a client uses its own AWS credentials, so no secret is written down."""

import json

from pulumi import Input, Output, Resource

from reference.kubeconfig import ClusterAddress, aws_login, kubeconfig_data


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
    """The kubeconfig of one cluster for whoever's credentials are at hand."""
    cluster = ClusterAddress(
        name=cluster_name, region=region, endpoint=endpoint, certificate_authority=certificate_authority
    )
    return json.dumps(kubeconfig_data(cluster, aws_login(cluster_name, region)), sort_keys=True)
