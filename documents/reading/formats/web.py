"""Web pages, with the standard library's forgiving parser."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

from documents.reading.source import SourceLine

_SKIPPED = frozenset(
    {"script", "style", "nav", "footer", "noscript", "template", "svg", "aside", "head"}
)
_BLOCKS = frozenset(
    (
        "p div li br h1 h2 h3 h4 h5 h6 section article blockquote pre dt dd table ul ol header main"
    ).split()
)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[SourceLine] = []
        self.words: list[str] = []
        self.skipping: list[str] = []
        self.cells: list[str] | None = None
        self.wide = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SKIPPED:
            self.skipping.append(tag)
        if self.skipping:
            return
        if tag == "tr":
            self.flush()
            self.cells = []
        elif tag in {"td", "th"}:
            self.words = []
        elif tag in _BLOCKS and self.cells is None:
            self.flush()
            if tag == "li":
                self.words.append("- ")
        elif tag in _BLOCKS:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag == self.skipping[-1]:
                self.skipping.pop()
            return
        if tag in {"td", "th"} and self.cells is not None:
            self.cells.append(" ".join("".join(self.words).split()))
            self.words = []
        elif tag == "tr" and self.cells is not None:
            cells, self.cells = tuple(self.cells), None
            self.wide = max(self.wide, len(cells))
            self.add(" | ".join(cells), cells if self.wide > 1 else ())
        elif tag == "table":
            self.wide = 0
        elif tag in _BLOCKS and self.cells is None:
            self.flush()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words.append(data)

    def flush(self) -> None:
        text = " ".join("".join(self.words).split())
        self.words = []
        if text.strip(" -"):
            self.add(text, ())

    def add(self, text: str, cells: tuple[str, ...]) -> None:
        self.lines.append(
            SourceLine(number=len(self.lines) + 1, text=text, cells=cells, heading=not cells)
        )


def lines_of(text: str) -> tuple[SourceLine, ...]:
    """One line a paragraph, item or row; scripts, navigation and footers left out."""
    page = _Page()
    page.feed(unicodedata.normalize("NFC", text))
    page.close()
    page.flush()
    return tuple(page.lines)
