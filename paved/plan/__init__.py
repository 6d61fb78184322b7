"""The plan of a stack: what `pulumi up` would register, known before anything exists."""
