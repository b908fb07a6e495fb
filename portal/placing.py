"""Where somebody says that a file which came by mail belongs: one choice for each file."""

from dondoc.access.scope import NotHere
from notifications.replies.placing import Belongs

FILE = "file:"
"""before the file's number: the name of its choice"""


def belongs_to(chosen: str) -> Belongs:
    """Of `<obligation>:<component>`. Raises NotHere."""
    number, _, component = chosen.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotHere
    return Belongs(int(number), component)
