"""The policy pack over a plan: the same rules as in `pulumi preview`, before any engine runs."""
