"""The rollout of an endpoint, and the pods that it takes beyond the replicas."""

MAX_SURGE = 1
"""New replicas that start before an old one ends. Left out, KServe writes 25 %, which Kubernetes rounds up."""

ROLLING_UPDATE = {"maxUnavailable": 0, "maxSurge": MAX_SURGE}
"""A rollout starts a new replica before it stops an old one, so that capacity never falls."""


def most_pods(max_replicas: int) -> int:
    """The pods of an endpoint that is rolled out while it has all its replicas."""
    return max_replicas + MAX_SURGE
