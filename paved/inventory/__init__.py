"""The inventory of AI systems: every endpoint and retraining job of the stack files."""
