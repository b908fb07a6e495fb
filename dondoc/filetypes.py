"""Whether a file is what its name says, and whole: judged by its first and last bytes."""

from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

EDGE = 64 * 1024


class Signature(NamedTuple):
    """`start` opens the file, `end` stands somewhere in its last 64 KiB."""

    start: bytes
    end: bytes = b""


_OLE = Signature(bytes.fromhex("d0cf11e0a1b11ae1"))
_JPEG = Signature(b"\xff\xd8\xff", b"\xff\xd9")
SIGNATURES = {
    "pdf": Signature(b"%PDF-", b"%%EOF"),
    "png": Signature(b"\x89PNG\r\n\x1a\n", b"IEND"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "doc": _OLE,
    "xls": _OLE,
    "ppt": _OLE,
    "rar": Signature(b"Rar!\x1a\x07"),
    "7z": Signature(b"7z\xbc\xaf\x27\x1c"),
}
ARCHIVES = {
    "zip": None,
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
}
"""Zip archives, with the part each must have."""
MOST_ENTRIES = 10_000
SWOLLEN = 1_000_000_000
SWELLS = 100
"""an archive that holds more bytes than SWOLLEN, and more than so many times its own"""
END_RECORD = 22
SAME = {"jpeg": "jpg"}


def file_type(name: str) -> str:
    """The ending without its dot, in small letters; jpeg is jpg."""
    return canonical(Path(name).suffix.lower().lstrip("."))


def canonical(ending: str) -> str:
    return SAME.get(ending, ending)


def genuine(path: Path, ending: str) -> bool:
    """True for endings nothing is known about. Raises OSError."""
    if ending in ARCHIVES:
        return _archive(path, ARCHIVES[ending])
    signature = SIGNATURES.get(ending)
    if signature is None:
        return True
    with path.open("rb") as file:
        start = file.read(1024)
        file.seek(max(0, path.stat().st_size - EDGE))
        end = file.read(EDGE)
    # some programs write a few bytes before a PDF's own first line
    begins = signature.start in start if ending == "pdf" else start.startswith(signature.start)
    return begins and signature.end in end


def _archive(path: Path, part: str | None) -> bool:
    """A zip's table of contents stands at its end: one cut short has none. One whose table is
    endless, or that would swell beyond all measure, is no honest archive."""
    if _entries(path) > MOST_ENTRIES:
        return False
    try:
        with ZipFile(path) as archive:
            found = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        return False
    if sum(one.file_size for one in found) > max(SWOLLEN, path.stat().st_size * SWELLS):
        return False
    return part is None or part in {one.filename for one in found}


def _entries(path: Path) -> int:
    """As the record at the end of the archive counts them, read without the table itself."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - EDGE - END_RECORD))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    record = end[at + 10 : at + 12] if at >= 0 else b""
    return int.from_bytes(record, "little") if len(record) == 2 else 0
