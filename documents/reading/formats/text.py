"""Plain text and Markdown."""

from __future__ import annotations

import unicodedata

from documents.reading.source import SourceLine


def lines_of(text: str) -> tuple[SourceLine, ...]:
    normal = unicodedata.normalize("NFC", text)
    return tuple(
        SourceLine(number=number, text=line) for number, line in enumerate(normal.splitlines(), 1)
    )
