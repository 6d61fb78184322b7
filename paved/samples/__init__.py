"""Jobs that a team can run at once on what its plan gives it: samples to start from, and acceptance of new nodes."""
