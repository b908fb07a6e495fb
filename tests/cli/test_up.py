from cli import up
from cli.supervisor import KEPT, PATIENCE
from dondoc.probing import LISTENS
from flows import runner
from notifications.delivery import LAST
from notifications.line import FAREWELL

REST = 1.0
"""seconds for all that waits for nobody"""
OTHERS = 2
"""children that end after the runner"""


def test_the_patience_of_stopping_ends_within_ten_seconds() -> None:
    """Prefect is being asked; then the children end, and meanwhile letters on their way."""
    assert LISTENS + max(PATIENCE, up.PATIENCE) + REST <= 10


def test_letters_on_their_way_come_to_their_end_before_anybody_is_cut_off() -> None:
    assert LAST + FAREWELL < up.PATIENCE
    assert LAST < runner.PATIENCE < PATIENCE - OTHERS * KEPT
