"""What a draft leaves to a person: comment lines that say KIỂM TRA."""

import re
from typing import NamedTuple

_MARKED = re.compile(r"^\s*#\s*(KIỂM TRA\b.*)$", re.MULTILINE)


class Reminder(NamedTuple):
    line: int
    text: str


def reminders(text: str) -> list[Reminder]:
    """In the order of the file; lines count from 1."""
    return [
        Reminder(text.count("\n", 0, found.start(1)) + 1, found[1].strip())
        for found in _MARKED.finditer(text)
    ]
