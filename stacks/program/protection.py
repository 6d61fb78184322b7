"""Which stacks protect what holds state."""

from stacks.schema import Stack


def protected(stack: Stack) -> bool:
    """Whether the engine refuses to delete this stack's buckets, keys and the like."""
    return stack.environment != "dev" and stack.lifecycle == "active"
