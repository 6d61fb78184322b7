"""The address of a runbook: where the organisation keeps them, or their path in the repository where nobody said."""

RUNBOOKS = "docs/runbooks"
"""The folder of the runbooks, each under its alert's name."""
ADDRESS_LABEL = "runbooks"
"""The external label of Prometheus with the address of that folder; no alert is sent with it."""


def runbook(alert: str) -> str:
    """The path of an alert's page in the repository."""
    return f"{RUNBOOKS}/{alert}.md"


def runbook_url(alert: str) -> str:
    """The annotation `runbook_url`, which Prometheus fills in: an address that opens, where it knows one."""
    # A team's rules need not know the address, and a change of it deploys the platform alone.
    known = f"$externalLabels.{ADDRESS_LABEL}"
    return f"{{{{ with {known} }}}}{{{{ . }}}}/{alert}.md{{{{ else }}}}{runbook(alert)}{{{{ end }}}}"


def opened(text: str, address: str) -> str:
    """A text with the paths of runbooks as addresses, where there is one."""
    return text.replace(f"{RUNBOOKS}/", f"{address}/") if address else text
