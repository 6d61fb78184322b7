"""The monthly operations report: deployments, incidents, objectives, toil and GPU goodput, from exported files."""
