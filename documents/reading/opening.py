"""Opens a document of any kind; what the file says of itself decides, not its name."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from documents.reading.encodings import Decoded, decode
from documents.reading.errors import DocumentWrong, wrong
from documents.reading.formats import portable, scan, text, web, word
from documents.reading.source import Source, SourceLine

MOST_BYTES = 100_000_000
MOST_TEXT_BYTES = 20_000_000
MOST_LETTERS = 4_000_000

_SIGNS: tuple[tuple[str, bytes], ...] = (
    ("pdf", b"%PDF-"), ("zip", b"PK\x03\x04"), ("ole", bytes.fromhex("d0cf11e0a1b11ae1")), ("rtf", b"{\\rtf"),
    ("image", b"\x89PNG\r\n"), ("image", b"\xff\xd8\xff"), ("image", b"II*\x00"), ("image", b"MM\x00*"), ("image", b"BM"),
    ("image", b"GIF8"), ("image", b"RIFF"),
)  # fmt: skip
_SUFFIXES = {
    ".pdf": "pdf", ".docx": "docx", ".txt": "text", ".md": "text", ".markdown": "text", ".html": "html", ".htm": "html",
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".tif": "image", ".tiff": "image", ".bmp": "image", ".webp": "image", ".gif": "image",
}  # fmt: skip
_NAMES = {
    "pdf": "PDF",
    "docx": "Word (.docx)",
    "text": "văn bản thuần (text)",
    "html": "HTML",
    "image": "ảnh (image)",
}
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|div|p|table|h[1-6])\b",
    re.I | re.S,
)


def open_document(path: Path) -> Source:
    """Raises DocumentWrong."""
    size = _size(path)
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _kind(path, head)
    claimed = _SUFFIXES.get(path.suffix.lower())
    if claimed is not None and claimed != kind and not {claimed, kind} <= {"text", "html"}:
        raise wrong(
            path, f"đuôi tệp nói là {_NAMES[claimed]} nhưng bên trong là {_NAMES[kind]}; hãy đổi đuôi cho đúng",
            f"its name says {_NAMES[claimed]} but inside it is {_NAMES[kind]}; give it the right extension",
        )  # fmt: skip
    lines, notes = _lines(path, kind, size)
    if not any(line.text.strip() for line in lines):
        raise wrong(path, "tệp không có chữ nào", "the file has no text")
    letters = sum(len(line.text) for line in lines)
    if letters > MOST_LETTERS:
        raise wrong(
            path, f"văn bản dài hơn {MOST_LETTERS // 10**6} triệu chữ cái (khoảng 2000 trang)",
            f"the text is longer than {MOST_LETTERS // 10**6} million letters (some 2000 pages)",
        )  # fmt: skip
    recognised = kind in {"pdf", "image"} and bool(notes)
    return Source(name=path.name, format=kind, lines=lines, notes=notes, recognised=recognised)


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise wrong(
            path,
            "không có tệp này hoặc không được phép đọc",
            "there is no such file, or it may not be read",
        ) from error
    if not path.is_file():
        raise wrong(path, "không phải là tệp", "is not a file")
    if size == 0:
        raise wrong(path, "tệp rỗng", "the file is empty")
    if size > MOST_BYTES:
        raise wrong(
            path,
            f"tệp lớn hơn {MOST_BYTES // 10**6} MB nên không đọc",
            f"the file is over {MOST_BYTES // 10**6} MB and is not read",
        )
    return size


def _kind(path: Path, head: bytes) -> str:
    kind = next((name for name, sign in _SIGNS if head.startswith(sign)), "")
    if not kind and b"%PDF-" in head[:1024]:
        kind = "pdf"
    if kind == "zip":
        return _packed(path)
    if kind in {"ole", "rtf"}:
        raise wrong(
            path, "là tệp Word đời cũ (.doc, .rtf) hoặc có mật khẩu; hãy mở bằng Word, lưu thành .docx không mật khẩu",
            "is an old Word file (.doc, .rtf) or locked; open it in Word and save it as .docx without a password",
        )  # fmt: skip
    if kind:
        return kind
    if _HTML.match(head):
        return "html"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise wrong(
            path,
            "không phải văn bản, PDF, Word, HTML hay ảnh",
            "is no text, PDF, Word, HTML or image file",
        )
    return "text"


def _packed(path: Path) -> str:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise wrong(
            path,
            "tệp Word hỏng hoặc dở dang; hãy mở bằng Word và lưu lại",
            "the Word file is damaged; open it in Word and save it again",
        ) from error
    if "word/document.xml" not in names:
        raise wrong(
            path, "là tệp nén, không phải tài liệu Word", "is an archive, not a Word document"
        )
    return "docx"


def _lines(path: Path, kind: str, size: int) -> tuple[tuple[SourceLine, ...], tuple[str, ...]]:
    if kind == "docx":
        return word.lines_of(path), ()
    if kind == "pdf":
        lines, scanned = portable.lines_of(path)
        return lines, (f"nhận dạng chữ trên {scanned} trang",) if scanned else ()
    if kind == "image":
        return scan.lines_of(path, path.read_bytes()), ("nhận dạng chữ từ ảnh",)
    if size > MOST_TEXT_BYTES:
        raise wrong(
            path,
            f"văn bản lớn hơn {MOST_TEXT_BYTES // 10**6} MB nên không đọc",
            f"the text is over {MOST_TEXT_BYTES // 10**6} MB and is not read",
        )
    decoded = decode(path.read_bytes())
    notes = () if decoded.encoding == "Unicode" else (f"chuyển từ bảng mã {decoded.encoding}",)
    return _text_lines(kind, decoded), notes


def _text_lines(kind: str, decoded: Decoded) -> tuple[SourceLine, ...]:
    return web.lines_of(decoded.text) if kind == "html" else text.lines_of(decoded.text)


__all__ = ["DocumentWrong", "open_document"]
