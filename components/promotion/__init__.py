"""Rights of a team's promoters, and the script that proposes and promotes models."""
