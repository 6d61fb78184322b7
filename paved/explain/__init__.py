"""Explanations of the keys of stack files: limits, and what a key makes and costs in a stack."""
