"""The autoscaler of an endpoint whose signal is in Prometheus, which KEDA brings to a HorizontalPodAutoscaler."""

from typing import Any

from pulumi import Input, Output

from components.monitoring.load import RequestsInFlight, ScalingSignal

AUTOSCALER_CLASS = "serving.kserve.io/autoscalerClass"


def autoscaler_class(signal: ScalingSignal, *, least: int, most: int) -> str:
    """KServe's name for who scales an endpoint: its own HPA by CPU, somebody else, or nobody.

    KServe makes ScaledObjects too (`keda`). But it leaves an HPA of before in place, which KEDA then refuses to work
    beside; it looks for KEDA only when it starts; and its ScaledObject takes missing metrics for no load at all.
    """
    if not isinstance(signal, RequestsInFlight):
        return "hpa"
    return "none" if least == most else "external"


def scaled_object_spec(
    signal: RequestsInFlight,
    *,
    endpoint: str,
    namespace: Input[str],
    least: int,
    most: int,
    prometheus_url: Input[str],
) -> dict[str, Any]:
    """Keep as many replicas as the requests in flight need. Without metrics the number stays as it is."""
    return {
        "scaleTargetRef": {"name": f"{endpoint}-predictor"},
        "minReplicaCount": least,
        "maxReplicaCount": most,
        "triggers": [
            {
                "type": "prometheus",
                # The sum over all replicas, divided by what one of them takes.
                "metricType": "AverageValue",
                "metadata": {
                    "serverAddress": prometheus_url,
                    "query": Output.from_input(namespace).apply(lambda name: signal.query(name, endpoint)),
                    "threshold": str(signal.per_replica),
                    # By default KEDA takes an answer without a sample for 0, and an outage of the scrape would
                    # end replicas that serve.
                    "ignoreNullValues": "false",
                },
            }
        ],
    }
