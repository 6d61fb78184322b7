"""Pieces of queries that several dashboards have in common."""

from components.dashboards.panels import Variable
from reference.names import series_label
from reference.vocabulary import ACCELERATOR_LABEL, STACK_LABEL

STACK_SERIES = series_label(STACK_LABEL)
CLASS_SERIES = series_label(ACCELERATOR_LABEL)

NAMESPACE = Variable(
    name="namespace",
    label="Team",
    series='kube_namespace_created{namespace=~".+-(dev|staging|prod)"}',
    of="namespace",
)
NAMESPACES = Variable(name="namespace", label="Teams", series=NAMESPACE.series, of=NAMESPACE.of, every=True)
ENDPOINT = Variable(
    name="endpoint", label="Endpoint", series='sloth_slo_info{namespace="$namespace"}', of="endpoint"
)
