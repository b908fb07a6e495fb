"""How often a property is tried whose examples take long."""

from hypothesis import settings


def tries(many: int) -> int:
    """`many` in a full run; in a developer's loop as much less as of any other property."""
    return max(2, many * settings().max_examples // 100)
