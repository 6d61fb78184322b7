"""What a team's promoters may do, and the script that proposes and promotes models."""
