"""A document as lines of text, whatever file it came in."""

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """`number` counts from 1 through the document; `cells` are filled for a row of a table."""

    number: int
    text: str
    page: int | None = None
    cells: tuple[str, ...] = ()
    heading: bool = False


@dataclass(frozen=True, kw_only=True)
class Source:
    """`notes` tell what had to be done to read it: an old encoding converted, pages
    recognised. `recognised`: letters come from a scan, so some are wrong."""

    name: str
    format: str
    lines: tuple[SourceLine, ...]
    notes: tuple[str, ...] = ()
    recognised: bool = False

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def offsets(self) -> dict[int, int]:
        """Where each line, by its number, begins in the text."""
        ends = accumulate(len(line.text) + 1 for line in self.lines)
        return dict(zip((line.number for line in self.lines), (0, *ends), strict=False))
