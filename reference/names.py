"""Physical names: one function, so that ARNs are known before anything exists, to components and rules alike.

Names of labels in metrics too, which components and reports read alike.
"""

import re
from hashlib import sha256

PREFIX = "paved"


def physical_name(*parts: str, limit: int) -> str:
    """Join slugs into a name of at most `limit` characters.

    A name that would be longer is cut and ends in a digest of the whole, so two different names never
    become one. `limit` is the service's own (IAM role 64, S3 bucket 63 …).

    Raises ValueError when a part is empty or `limit` leaves no room for the digest.
    """
    if not all(parts):
        raise ValueError(f"a name cannot have an empty part: {parts!r}")
    if limit < 2 * DIGEST:
        raise ValueError(f"a limit of {limit} leaves no room for a name and its digest")
    whole = "-".join((PREFIX, *parts))
    if len(whole) <= limit:
        return whole
    digest = sha256(whole.encode()).hexdigest()[:DIGEST]
    return f"{whole[: limit - DIGEST - 1].rstrip('-')}-{digest}"


ROLE_NAME_LIMIT = 64
"""Characters of the name of an IAM role (IAM and STS quotas)."""


def without_path(role: str) -> str:
    """The name of an IAM role as IAM tells roles apart: by neither path nor case."""
    return role.rpartition("/")[2].casefold()


CLUSTER_NAME_LIMIT = 100
"""Characters of the name of an EKS cluster."""


def cluster_name(foundation: str, generation: int) -> str:
    """The physical name of a foundation's cluster, which a new generation changes."""
    # A fixed name cannot exist twice: a new generation makes another, so that a protected cluster can be replaced.
    suffix = [f"g{generation}"] if generation > 1 else []
    return physical_name(foundation, *suffix, limit=CLUSTER_NAME_LIMIT)


def role_name(*parts: str) -> str:
    """The physical name of an IAM role."""
    return physical_name(*parts, limit=ROLE_NAME_LIMIT)


def issuer_host(issuer: str) -> str:
    """An OIDC issuer as IAM names its provider, and the keys of its claims: without the scheme alone."""
    # A slash at its end stays: tokens of Auth0 say it in `iss`, and IAM knows them by `tenant.auth0.com/:aud`.
    return issuer.removeprefix("https://")


def series_label(label: str) -> str:
    """The label of `kube_node_labels` that holds a node's label, as kube-state-metrics writes it."""
    return "label_" + re.sub(r"[^a-zA-Z0-9_]", "_", label)


DIGEST = 10
"""Hexadecimal digits kept of the digest: 40 bits, so a clash needs about a million long names."""


def alert_secret(name: str) -> str:
    """Return the name of the Kubernetes Secret that holds a receiver's secret, in the namespace of the alerts."""
    return f"alerts-{name}"
