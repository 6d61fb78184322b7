"""A new team's stack file, proposed from a template and a few answers in the team's own words."""
