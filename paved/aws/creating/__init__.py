"""Creating resources through the API of AWS, as a provider would: each call held to AWS's own API model."""
