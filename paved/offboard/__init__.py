"""Offboarding: a team's stack leaves the platform in steps, each of which is proved by files or by the account."""
