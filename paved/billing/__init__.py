"""Finance: what was billed, to whom it belongs, how it stands to budgets, and how the month will end."""
