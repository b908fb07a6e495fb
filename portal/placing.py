"""Where somebody says that a file which came by mail belongs: one choice for each file."""

from dondoc.access.scope import NotHere
from notifications.replies.placing import Belongs
from portal.numbers import number_in

FILE = "file:"
"""before the file's number: the name of its choice"""


def belongs_to(chosen: str) -> Belongs:
    """Of `<obligation>:<component>`. Raises NotHere."""
    number, _, component = chosen.partition(":")
    obligation = number_in(number)
    if obligation is None:
        raise NotHere
    return Belongs(obligation, component)
