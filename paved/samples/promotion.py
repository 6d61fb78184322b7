"""The promotion of a model: the Job by which a candidate becomes what an endpoint may load."""

from typing import Any

from paved.samples.pods import Manifest, container
from paved.samples.team_facts import TeamFacts
from reference.vocabulary import GENERAL_POOL, POOL_LABEL, PROMOTER_ACCOUNT, PROMOTION, REGIONAL_BUCKETS

SCRIPT = "/opt/paved/models.py"
REFUSED = 3
"""The exit code with which the script refuses, which no second attempt would mend."""
DEADLINE_SECONDS = 6 * 3600
KEPT_SECONDS = 24 * 3600
"""A day in which somebody can still read the log of a promotion."""


def promotion_job(team: TeamFacts, endpoint: str, model: str) -> Manifest:
    """A Job that promotes the candidate whose name is the path that an endpoint loads.

    It waits in no queue, as it takes no accelerator, and is made by the group of promoters alone.
    """
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            # Not the endpoint's name alone: names that end as an endpoint's objects do are KServe's.
            "name": f"promote-{endpoint}-model",
            "namespace": team.stack,
            "labels": dict(team.labels),
            "annotations": dict(team.annotations),
        },
        "spec": {
            "backoffLimit": 2,
            "activeDeadlineSeconds": DEADLINE_SECONDS,
            "ttlSecondsAfterFinished": KEPT_SECONDS,
            "podFailurePolicy": {"rules": [fail_when_refused()]},
            "template": {
                "metadata": {"annotations": dict(team.annotations), "labels": dict(team.labels)},
                "spec": pod_spec(team, model),
            },
        },
    }


def fail_when_refused() -> dict[str, Any]:
    """A promotion that is refused is not tried again."""
    codes = {"containerName": "promote", "operator": "In", "values": [REFUSED]}
    return {"action": "FailJob", "onExitCodes": codes}


def pod_spec(team: TeamFacts, model: str) -> dict[str, Any]:
    """The pod of a promotion, on general nodes, as the identity that alone creates what serves."""
    memory = {"memory": "512Mi"}
    promote = container(
        team,
        "promote",
        command=["python3", SCRIPT, "promote", model],
        env=[
            {"name": "AWS_REGION", "value": team.region},
            *({"name": name, "value": value} for name, value in REGIONAL_BUCKETS.items()),
            {"name": "PAVED_MODELS", "value": team.bucket},
        ],
        resources={"requests": {"cpu": "500m", **memory}, "limits": memory},
        volumeMounts=[{"name": PROMOTION, "mountPath": "/opt/paved", "readOnly": True}],
    )
    return {
        "serviceAccountName": PROMOTER_ACCOUNT,
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "nodeSelector": {POOL_LABEL: GENERAL_POOL},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [promote],
        "volumes": [{"name": PROMOTION, "configMap": {"name": PROMOTION}}],
    }
