"""Word documents (.docx), straight from their XML: paragraphs with their numbers, tables by rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from documents.reading.errors import wrong
from documents.reading.folding import fold
from documents.reading.formats.numbering import Numbering
from documents.reading.source import SourceLine

MOST_UNPACKED = 300_000_000
MOST_PARTS = 5_000
STEEPEST = 200
STEEP_ENOUGH = 20_000_000
DEEPEST = 300
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DROPPED = frozenset({f"{_W}del", f"{_W}instrText", f"{_W}moveFrom", _FALLBACK})


def lines_of(path: Path) -> tuple[SourceLine, ...]:
    """Raises DocumentWrong."""
    try:
        with ZipFile(path) as archive:
            _check(path, archive)
            numbering = Numbering.read(archive)
            with archive.open("word/document.xml") as part:
                return tuple(_Body(path, numbering).read(part))
    except DefusedXmlException as error:
        raise wrong(
            path,
            "tệp Word chứa khai báo XML bị cấm (thực thể ngoài) nên không được mở",
            "the Word file declares XML entities, which is not allowed",
        ) from error
    except (
        BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise wrong(
            path,
            "tệp Word hỏng hoặc dở dang; hãy mở bằng Word và lưu lại",
            "the Word file is damaged; open it in Word and save it again",
        ) from error


def _check(path: Path, archive: ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    steep = unpacked > STEEP_ENOUGH and unpacked > STEEPEST * max(packed, 1)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS or steep:
        raise wrong(
            path, f"tệp nén bung ra tới {unpacked // 10**6} MB nên không được mở; hãy lưu lại tệp sạch",
            f"the file unpacks to {unpacked // 10**6} MB and is not opened; save a clean copy",
        )  # fmt: skip


@dataclass
class _Table:
    """Cells of the row being read, and the row above for cells merged downwards."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    continued: bool = False


class _Body:
    def __init__(self, path: Path, numbering: Numbering) -> None:
        self.path = path
        self.numbering = numbering
        self.count = 0
        self.tables: list[_Table] = []

    def read(self, part: IO[bytes]) -> Iterator[SourceLine]:
        depth = 0
        dropped = 0
        for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if depth > DEEPEST:
                    raise wrong(
                        self.path,
                        "bảng lồng nhau quá sâu nên không đọc",
                        "its tables are nested too deeply to be read",
                    )
                dropped += element.tag in _DROPPED
                if element.tag == f"{_W}tbl":
                    self.tables.append(_Table())
                continue
            depth -= 1
            if element.tag in _DROPPED:
                dropped -= 1
                element.clear()
            elif not dropped:
                yield from self._ended(element)

    def _ended(self, element: Element) -> Iterator[SourceLine]:
        match element.tag.removeprefix(_W):
            case "p":
                text = self._paragraph(element)
                element.clear()
                if self.tables:
                    self.tables[-1].words.append(text)
                else:
                    yield from self._lines(text)
            case "vMerge" if self.tables:
                self.tables[-1].continued = element.get(f"{_W}val") != "restart"
            case "tc" if self.tables:
                self._cell(self.tables[-1])
                element.clear()
            case "tr" if self.tables:
                table = self.tables[-1]
                table.rows.append(tuple(table.cells))
                table.cells = []
                element.clear()
            case "tbl" if self.tables:
                yield from self._table(self.tables.pop())
                element.clear()

    def _cell(self, table: _Table) -> None:
        place = len(table.cells)
        text = "\n".join(word for word in table.words if word.strip())
        if table.continued and table.rows and place < len(table.rows[-1]):
            text = table.rows[-1][place]
        table.cells.append(text)
        table.words, table.continued = [], False

    def _table(self, table: _Table) -> Iterator[SourceLine]:
        if self.tables:  # a table in a cell is that cell's words
            self.tables[-1].words += [" ".join(row) for row in table.rows]
            return
        if _is_layout(table.rows):
            for column in range(max(map(len, table.rows), default=0)):
                for row in table.rows:
                    yield from self._lines(row[column] if column < len(row) else "")
            return
        width = max(map(len, table.rows), default=0)
        for row in table.rows:
            cells = tuple(" ".join(cell.split()) for cell in row)
            yield self._line(" | ".join(cells), cells if width > 1 else ())

    def _paragraph(self, element: Element) -> str:
        words: list[str] = []
        for node in element.iter():
            match node.tag.removeprefix(_W):
                case "t":
                    words.append(node.text or "")
                case "tab":
                    words.append("\t" if node.get(f"{_W}pos") is None else "")
                case "br" | "cr":
                    words.append("\n")
                case "noBreakHyphen":
                    words.append("-")
        label = self.numbering.label(element)
        text = "".join(words)
        return f"{label} {text}" if label and text.strip() else text

    def _lines(self, text: str) -> Iterator[SourceLine]:
        for line in text.split("\n"):
            yield self._line(line, ())

    def _line(self, text: str, cells: tuple[str, ...]) -> SourceLine:
        self.count += 1
        text = unicodedata.normalize("NFC", text)
        if not cells:
            text = " ".join(text.split())
        return SourceLine(
            number=self.count, text=text, cells=tuple(unicodedata.normalize("NFC", c) for c in cells),
            heading=not cells and bool(text) and not text.endswith(","),
        )  # fmt: skip


def _is_layout(rows: list[tuple[str, ...]]) -> bool:
    """The head's two columns, and the foot's: side by side for the eye only."""
    text = fold(" ".join(" ".join(row) for row in rows))
    return (
        len(rows) <= 6
        and max(map(len, rows), default=0) <= 3
        and ("doc lap" in text or "noi nhan" in text or "dang cong san" in text)
    )
