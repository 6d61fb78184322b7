"""The audit: an account compared with the plan of a stack, by calls that only read."""
