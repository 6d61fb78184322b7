"""Reviewers of a change of stack files: of a pull request, and as CODEOWNERS."""
