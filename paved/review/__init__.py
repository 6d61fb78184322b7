"""Who has to agree to a change of stack files: of a pull request, and as CODEOWNERS."""
