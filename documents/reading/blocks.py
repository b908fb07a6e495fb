"""A document's structure: wrapped lines joined to paragraphs, each under its headings."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from documents.reading.columns import one_after_the_other
from documents.reading.damage import is_syllable
from documents.reading.folding import Folded, fold, folded
from documents.reading.outline import Block, Outline, Placed, marker
from documents.reading.rows import band, tabled
from documents.reading.source import Source, SourceLine
from documents.reading.types import TYPES


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    lines: tuple[SourceLine, ...]
    kind: str
    mark: str


def paragraphs(source: Source) -> Iterator[Paragraph]:
    lines = tabled(one_after_the_other(source.lines))
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
    if line.cells or last.cells or line.heading or last.heading or _in_columns(last, line):
        return False
    mark = marker(line.text)[0]
    if mark and not (mark == "dash" and _broken_at_hyphen(last, width)):
        return False
    ended = last.text.rstrip().rstrip("*_").endswith((".", ":", ";", "!", "?", "/", "|"))
    if _begins(line.text) or _stands_alone(last.text) or _stands_alone(line.text):
        return False
    first = line.text.lstrip(' *_"“(')[:1]
    lowered = first.islower() or first.isdigit()
    shouting = last.text.upper() == last.text
    if blank:
        broken = len(last.text) > max(70, width * 0.8) and _joins(last.text)
        return not ended and (lowered or broken) and not shouting
    if width:
        full = len(last.text) >= width * (0.75 if ended else 0.6)
        return full or (lowered and not ended)
    return not ended and (lowered or (len(last.text) < 130 and not shouting and _joins(last.text)))


def _in_columns(last: SourceLine, line: SourceLine) -> bool:
    """The head's two columns side by side, in a text that kept its spaces."""
    return line.number <= _HEAD_LINES and any(
        re.search(r"\S {3,}\S", one.text) for one in (last, line)
    )


def _broken_at_hyphen(last: SourceLine, width: int) -> bool:
    """ "Văn phòng / - Thống kê": a full line that does not end, broken before its hyphen."""
    full = bool(width) and len(last.text) >= width * 0.7
    return full and not last.text.rstrip().endswith((".", ":", ";", ",", "!", "?", "/"))


def _joins(text: str) -> bool:
    """A short line that reads on: it ends in a word that cannot end a phrase, or within brackets."""
    tail = fold(text)
    return bool(re.search(r"(?:\b(?:va|cua|cac|ve|cho|tai|la|ngay|nam|voi|theo)|[,(-])$", tail))


_HEAD_LINES = 15
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
    outline = Outline()
    offsets = source.offsets
    columns: tuple[str, ...] = ()
    for paragraph in paragraphs(source):
        cells = paragraph.lines[0].cells
        if not cells:
            columns = ()
        spanning = band(cells, columns) if cells else ""
        block = _block(paragraph, index=len(made), cells=cells, spanning=spanning, offsets=offsets, repair=repair)  # fmt: skip
        if not block.text:
            continue
        if cells and not columns and paragraph.lines[0].heading:
            columns = cells
        block = replace(block, parents=outline.above(block), columns=columns)
        made.append(block)
        outline.add(block)
    return tuple(made)


def _block(
    paragraph: Paragraph,
    *,
    index: int,
    cells: tuple[str, ...],
    spanning: str,
    offsets: dict[int, int],
    repair: Callable[[Folded], Folded],
) -> Block:
    """`spanning` are the words of a row that is a heading inside its table."""
    lines, raw = [], ""
    for line in paragraph.lines:
        raw += "\n" if raw else ""
        lines.append(Placed(len(raw), line.number, offsets.get(line.number, 0), len(line.text)))
        raw += spanning or (" | ".join(cells) if cells else line.text)
    first = paragraph.lines[0]
    return Block(
        index=index, kind="band" if spanning else paragraph.kind, mark=paragraph.mark, words=repair(folded(raw)),
        line=first.number, page=first.page, lines=tuple(lines),
        cells=() if spanning else tuple(repair(folded(cell)) for cell in cells),
    )  # fmt: skip
