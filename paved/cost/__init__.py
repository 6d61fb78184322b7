"""The cost of stacks: estimates under their own config, with what they share and what they may cost."""
