"""Status of deployed budgets: whether a team's budget would act, and whether a bill could be divided by tags."""
