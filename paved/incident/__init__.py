"""One page about a stack for whoever is on call: what fires, what burns, what changed, and which runbook applies."""
