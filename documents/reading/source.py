"""A document as lines of text, whatever file it came in."""

from dataclasses import dataclass


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
