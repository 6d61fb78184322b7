"""Reading resources of an account back, by calls that only read and cost nothing."""
