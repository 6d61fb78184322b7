"""Creating resources as a provider does: inputs become API calls, each checked against AWS's own API model."""
