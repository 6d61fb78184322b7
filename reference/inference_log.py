"""The names and ports of the collector of an inference log, as its image has them."""

from reference.vocabulary import DOMAIN

COLLECTOR = "inference-log"
"""The name of its objects in a team's namespace, and so of its address there."""
INFERENCE_LOG_LABEL = f"{DOMAIN}/inference-log"
"""Label of the pods of an endpoint whose requests are logged, and of what collects them."""
LOGGED_ENDPOINT, LOG_COLLECTOR = "endpoint", "collector"
"""Its values. A job may bear neither: it would be sent the log."""
EVENTS_PORT, FEEDBACK_PORT, METRICS_PORT = 8081, 8080, 8002
"""For KServe's agents, for callers, and for Prometheus. Network policies tell who reaches which."""
VERSION_ANNOTATION = f"{DOMAIN}/model-version"
"""The annotation of an endpoint's pods with the model that they load, which agents pass on."""


def events_url(namespace: str) -> str:
    """The address that agents send to."""
    return f"http://{COLLECTOR}.{namespace}.svc.cluster.local:{EVENTS_PORT}"


def feedback_url(namespace: str) -> str:
    """The address that callers send feedback to; the endpoint's name follows."""
    return f"http://{COLLECTOR}.{namespace}.svc.cluster.local:{FEEDBACK_PORT}/feedback/"
