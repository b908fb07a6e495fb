"""A document's structure: wrapped lines joined to paragraphs, each under its headings."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from documents.reading.damage import is_syllable
from documents.reading.folding import Folded, fold, folded
from documents.reading.rows import band, is_head, tabled
from documents.reading.source import Source, SourceLine
from documents.reading.types import TYPES

# From the outermost inwards; a document uses some of them.
MARKERS: tuple[tuple[str, str], ...] = (
    ("part", r"(?:phan|chuong|phu luc)\s+(?:thu\s+)?(?:[ivxl]+|\d+|[a-z])\b[.:]?"),
    ("section", r"muc\s+(?:[ivxl]+|\d+)\b[.:]?"),
    ("letter-part", r"[A-HĐ]\.(?=\s)"),
    ("roman", r"(?:(?:[IVX]+|[il1]{1,3}(?=\.\s+[A-ZĐÀ-Ỹ]{2,}))\s?[.)/]|[IVX]+\s?[-–])(?=\s)"),
    ("article", r"dieu\s+\d+\s?[.:]"),
    ("number", r"\d{1,2}(?:\s?[.)](?=\s|[^\d\s./,])|/(?=\s+[^\s\d])|[-–](?=\s+[^\s\d]))"),
    ("number2", r"\d{1,2}\.\s?\d{1,2}[.)]?(?=\s|[^\d\s./,%])"),
    ("number3", r"\d{1,2}\.\d{1,2}\.\d{1,2}[.)]?(?=\s|[^\d\s./,])"),
    ("letter", r"[a-zđ]\d?\s?\)|[a-zđ]\.(?=\s+[A-ZĐÀ-Ỹ])"),
    ("dash", r"[-–—~](?!\s?\d{1,2}\s?[/.]\s?\d)"),
    ("plus", r"\+(?=\s?\S)"),
    ("bullet", r"[*•·●○▪■](?=\s)"),
)
_FOLDED_KINDS = frozenset({"part", "section", "article"})
_COMPILED = {
    kind: re.compile(rf"\s*(?:[*_#]+\s*)*(?P<mark>{pattern})", re.I if kind in _FOLDED_KINDS else 0)
    for kind, pattern in MARKERS
}


@dataclass(frozen=True, kw_only=True)
class Block:
    """One paragraph, heading, list item or table row. `parents` from the outermost inwards."""

    index: int
    kind: str
    mark: str
    words: Folded
    line: int
    page: int | None
    parents: tuple["Block", ...] = ()
    cells: tuple[Folded, ...] = ()
    columns: tuple[str, ...] = ()
    starts: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        return self.words.text

    def line_at(self, place: int) -> int:
        """The source line that the letter at `place` of the folded text stands on."""
        raw = self.words.origin[min(place, len(self.words.origin) - 1)] if self.text else 0
        return max((line for start, line in self.starts if start <= raw), default=self.line)


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    lines: tuple[SourceLine, ...]
    kind: str
    mark: str


def marker(text: str) -> tuple[str, str]:
    """The kind of list or heading mark a line begins with, and the mark; both empty without one."""
    head = text[:40]
    for kind, pattern in reversed(_COMPILED.items()):
        found = pattern.match(fold(head) if kind in _FOLDED_KINDS else head)
        if found is not None:
            return kind, found["mark"]
    return "", ""


def paragraphs(source: Source) -> Iterator[Paragraph]:
    lines = tuple(tabled(source.lines))
    width = _width(lines)
    gathered: list[SourceLine] = []
    blank = True
    for line in lines:
        if _is_noise(line):
            blank = True
            continue
        if gathered and not _continues(gathered[-1], line, blank=blank, width=width):
            yield _paragraph(gathered)
            gathered = []
        gathered.append(line)
        blank = False
    if gathered:
        yield _paragraph(gathered)


def _is_noise(line: SourceLine) -> bool:
    """Blank, or specks a scan took for letters."""
    if line.cells or len(line.text.strip()) > 24:
        return not line.cells and not re.search(r"[^\W_]", line.text)
    words = re.findall(r"[^\W_]+", fold(line.text))
    if not line.text.strip():
        return True
    return not any(
        (is_syllable(w) and len(w) > 1) or (w.isdigit() and len(w) > 1) for w in words
    ) and (not marker(line.text + " x")[0] or not words)


def _paragraph(lines: list[SourceLine]) -> Paragraph:
    kind, mark = ("row", "") if lines[0].cells else marker(lines[0].text)
    return Paragraph(lines=tuple(lines), kind=kind, mark=mark)


def _width(lines: Iterable[SourceLine]) -> int:
    """The length of a full line where the text is wrapped; 0 where a line is a paragraph."""
    lengths = sorted(len(line.text) for line in lines if len(line.text) > 30)
    if len(lengths) < 8:
        return 0
    wide = lengths[int(len(lengths) * 0.9)]
    near = sum(length > wide * 0.8 for length in lengths)
    return wide if wide <= 130 and near > len(lengths) * 0.4 else 0


def _continues(last: SourceLine, line: SourceLine, *, blank: bool, width: int) -> bool:
    if line.cells or last.cells or marker(line.text)[0] or line.heading or last.heading:
        return False
    ended = last.text.rstrip().rstrip("*_").endswith((".", ":", ";", "!", "?", "/", "|"))
    if _begins(line.text) or _stands_alone(last.text) or _stands_alone(line.text):
        return False
    first = line.text.lstrip(' *_"“(')[:1]
    lowered = first.islower() or first.isdigit()
    shouting = last.text.upper() == last.text
    if blank:
        return not ended and (lowered or len(last.text) > max(70, width * 0.8)) and not shouting
    if width:
        full = len(last.text) >= width * (0.75 if ended else 0.6)
        return full or (lowered and not ended)
    return not ended and (lowered or (len(last.text) < 130 and not shouting and _joins(last.text)))


def _joins(text: str) -> bool:
    """A short line that reads on: it ends in a word that cannot end a phrase, or within brackets."""
    tail = fold(text)
    return bool(re.search(r"(?:\b(?:va|cua|cac|ve|cho|tai|la|ngay|nam|voi|theo)|[,(-])$", tail))


_BEGINNINGS = re.compile(
    r"(?:can cu|thuc hien (?:ke hoach|chi thi|quyet dinh|cong van)|noi nh\w{1,3}\s*:|noi nhan|kinh gui|so\s*:|tren day la"
    r"|uy ban nhan dan .{3,40} (?:ban hanh|xay dung)|(?:tm|kt|tl|tuq)\.|de nghi (?:cac|thu truong))\b"
)


def _begins(text: str) -> bool:
    return bool(_BEGINNINGS.match(fold(text[:120])))


def _stands_alone(text: str) -> bool:
    """The nation's motto, and the paper's type in capitals."""
    plain = fold(text).strip(" _-.:")
    return plain.endswith("hanh phuc") or (plain in TYPES and text.upper() == text)


def blocks(source: Source, *, repair: Callable[[Folded], Folded]) -> tuple[Block, ...]:
    made: list[Block] = []
    stack: list[Block] = []
    columns: tuple[str, ...] = ()
    for paragraph in paragraphs(source):
        cells = paragraph.lines[0].cells
        if not cells:
            columns = ()
        spanning = band(cells, columns) if cells else ""
        block = _block(paragraph, index=len(made), cells=cells, spanning=spanning, repair=repair)
        if not block.text:
            continue
        if cells and not columns and is_head(cells):
            columns = tuple(fold(cell) for cell in cells)
        _unstack(stack, block)
        block = replace(block, parents=tuple(stack), columns=columns)
        made.append(block)
        if _leads(block):
            stack.append(block)
    return tuple(made)


def _block(
    paragraph: Paragraph,
    *,
    index: int,
    cells: tuple[str, ...],
    spanning: str,
    repair: Callable[[Folded], Folded],
) -> Block:
    """`spanning` are the words of a row that is a heading inside its table."""
    starts, raw = [], ""
    for line in paragraph.lines:
        raw += "\n" if raw else ""
        starts.append((len(raw), line.number))
        raw += spanning or (" | ".join(cells) if cells else line.text)
    first = paragraph.lines[0]
    return Block(
        index=index, kind="band" if spanning else paragraph.kind, mark=paragraph.mark, words=repair(folded(raw)),
        line=first.number, page=first.page, starts=tuple(starts),
        cells=() if spanning else tuple(repair(folded(cell)) for cell in cells),
    )  # fmt: skip


_RANK = {kind: rank for rank, (kind, _) in enumerate(MARKERS)}
_TITLE = len(MARKERS) - 3.5  # a plain line ending in a colon stands above dashes


def _rank(block: Block) -> float:
    if block.kind in {"row", "band"}:
        return 99 if block.kind == "row" else 98
    return _RANK.get(block.kind, _TITLE)


def _unstack(stack: list[Block], block: Block) -> None:
    """Headings this block does not stand under are left behind."""
    rank = _rank(block)
    if stack and _introduces(stack[-1], block):
        while len(stack) > 1 and _rank(stack[-2]) >= rank:
            del stack[-2]
        return
    if block.kind == "bullet" and not any(b.kind == "bullet" for b in stack):
        return
    while stack and (_rank(stack[-1]) >= rank or (not block.kind and _rank(stack[-1]) > _TITLE)):
        if not block.kind and _DATE_LINE.match(stack[-1].text) and not block.text.endswith(":"):
            return
        stack.pop()


def _introduces(line: Block, first: Block) -> bool:
    """ "… như sau:" with the list's first item right below it."""
    opens = first.mark.strip(" .)/-").lower() in {"1", "a", "i"} or first.kind in {
        "dash",
        "plus",
        "bullet",
    }
    return not line.kind and line.index + 1 == first.index and opens and _rank(first) < _TITLE


_DATE_LINE = re.compile(
    r"(?:truoc|cham nhat|tu|den|ngay|thang|trong|quy|tuan|dot)(?!\w)[^.;]{0,70}\d[^.;]{0,20}:$"
)
"""A line that is only a date: the paragraphs below it are due then."""


def _leads(block: Block) -> bool:
    if block.kind == "row":
        return False
    return bool(block.kind) or block.text.endswith(":")
