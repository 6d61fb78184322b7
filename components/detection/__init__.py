"""What tells of an attack or a change: the account's trail, threat detection, configuration and access analysis."""
