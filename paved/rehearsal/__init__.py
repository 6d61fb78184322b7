"""Rehearsing a deployment: every resource as the API calls that would create it, run in memory."""
