"""Statements by their forms of principals and conditions, with the verdicts of a judge that is not ours."""
