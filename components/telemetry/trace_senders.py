"""The collector of traces as a sender knows it: its addresses, its ports and the label of who may send."""

from components.charts import TRACES_HOST, TRACES_NAMESPACE
from reference.vocabulary import calls_label

OTLP_GRPC_PORT, OTLP_HTTP_PORT = OTLP_PORTS = (4317, 4318)
"""The ports of OTLP, of IANA's registry."""
GRPC_ADDRESS, HTTP_ADDRESS = (f"http://{TRACES_HOST}:{port}" for port in OTLP_PORTS)
"""The addresses that pods of teams send to."""
SENDERS_LABEL = calls_label(TRACES_NAMESPACE)
"""Label of a namespace whose pods may send traces. Value: `true`."""
