"""Days on which something that stack files rest on ends: in one list, and as a calendar."""
