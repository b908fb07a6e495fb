"""PDF: its text where it has any, its pages recognised where it is a scan."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from documents.reading.errors import wrong
from documents.reading.formats import scan
from documents.reading.source import SourceLine

MOST_PAGES = 2_000
MOST_SCANNED = 60
_SCALE = 300 / 72
_LEAST_LETTERS = 20


def lines_of(path: Path) -> tuple[tuple[SourceLine, ...], int]:
    """The lines, and how many pages were recognised. Raises DocumentWrong."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise wrong(
                path,
                "tệp PDF có mật khẩu; hãy lưu một bản không mật khẩu",
                "the PDF is locked with a password; save a copy without one",
            ) from error
        raise wrong(
            path, "tệp PDF hỏng hoặc dở dang", "the PDF is damaged or incomplete"
        ) from error
    try:
        return _read(path, document)
    except pypdfium2.PdfiumError as error:
        raise wrong(
            path, "tệp PDF hỏng hoặc dở dang", "the PDF is damaged or incomplete"
        ) from error
    finally:
        document.close()


def _read(path: Path, document: pypdfium2.PdfDocument) -> tuple[tuple[SourceLine, ...], int]:
    if len(document) > MOST_PAGES:
        raise wrong(
            path,
            f"tệp PDF có {len(document)} trang, nhiều hơn {MOST_PAGES}",
            f"the PDF has {len(document)} pages, more than {MOST_PAGES}",
        )
    lines: list[SourceLine] = []
    scanned = 0
    for number in range(len(document)):
        page = document[number]
        try:
            text = _text(page)
            if (
                sum(letter.isalpha() for letter in text) < _LEAST_LETTERS
                and scanned < MOST_SCANNED
                and _has_image(page)
            ):
                text = scan.recognised(path, _picture(page))
                scanned += 1
        finally:
            page.close()
        for line in _lines(text, number + 1):
            lines.append(SourceLine(number=len(lines) + 1, text=line, page=number + 1))
    if scanned and not scan.reads_as_text("\n".join(line.text for line in lines)):
        raise wrong(
            path, "bản quét không có chữ nào đọc được", "the scan shows no text that can be read"
        )
    return tuple(lines), scanned


def _text(page: pypdfium2.PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_range())
    finally:
        textpage.close()


def _lines(text: str, page: int) -> Iterator[str]:
    """Without the page's own number, and with words broken by a soft hyphen mended."""
    text = unicodedata.normalize("NFC", text.replace("\ufffe", "").replace("\u0002", ""))
    for i, line in enumerate(text.splitlines()):
        if line.strip() == str(page) and (i == 0 or page > 1):
            continue
        yield line.rstrip()


def _has_image(page: pypdfium2.PdfPage) -> bool:
    return any(
        item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=4)
    )


def _picture(page: pypdfium2.PdfPage) -> bytes:
    """The page in grey, as a PGM image."""
    longest = max(page.get_size())
    scale = min(_SCALE, 5000 / max(longest, 1))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        data = bytes(bitmap.buffer)
        rows = [
            data[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height)
        ]
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(rows)
    finally:
        bitmap.close()
