"""The security ladder: the levels that a stack can promise, each with all that the one below it holds."""

LEVELS = ("standard", "hardened", "regulated")
"""The levels, the lowest first."""

STRICTEST = LEVELS[-1]


def reaches(level: str, floor: str) -> bool:
    """Whether a level is `floor` or above it. Raises ValueError for what is no level."""
    return LEVELS.index(level) >= LEVELS.index(floor)
