from cli.address import LISTENS
from cli.supervisor import PATIENCE
from cli.up import TICK_PATIENCE

REST = 1.0
"""seconds for all that waits for nobody"""


def test_the_patience_of_stopping_ends_within_ten_seconds() -> None:
    """One after the other: Prefect is being asked, the children end, a tick ends."""
    assert LISTENS + PATIENCE + TICK_PATIENCE + REST <= 10
