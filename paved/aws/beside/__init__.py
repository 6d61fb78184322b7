"""Lists of an account: who and what is there besides the resources of stacks, with a tag or without one."""
