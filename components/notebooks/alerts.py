"""The alert of a team's notebooks: a hub or a proxy that does not run."""

from collections.abc import Sequence

from components.monitoring.alerts import Alert
from reference.vocabulary import hub_namespace


def alerts(stack: str) -> Sequence[Alert]:
    """The alerts about the hub of a stack, by the metrics of kube-state-metrics."""
    replicas = f'kube_deployment_status_replicas_available{{namespace="{hub_namespace(stack)}"}}'
    return (
        Alert(
            name="NotebookHubDown",
            # The label of the team's namespace, by which the team's own route reports it.
            expression=f'label_replace(max by (deployment) ({replicas}), "namespace", "{stack}", "", "") < 1',
            duration="15m",
            severity="ticket",
            summary="{{ $labels.deployment }} of the team's notebooks does not run: nobody opens one",
            action="Notebooks that run go on. Read the events of its pods in the hub's namespace.",
        ),
    )
