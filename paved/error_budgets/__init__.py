"""Error budgets of a stack's objectives, for a gate that must not let a release pass that nobody can judge."""
