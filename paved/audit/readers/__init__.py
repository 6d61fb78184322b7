"""Reading an account: for each type of resource the calls that find it, answered in the plan's spelling."""
