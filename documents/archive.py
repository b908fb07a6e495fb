"""Whether an .xlsx file may be opened: a real, whole, unencrypted workbook of sane size."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, is_zipfile

from documents.grid import MOST_BYTES
from documents.sheet_errors import wrong

MOST_UNPACKED = 200_000_000
MOST_PARTS = 2_000
STEEPEST = 300
STEEP_ENOUGH = 20_000_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+\d+:[A-Z]+(\d+))"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CHUNK = 1 << 20
_OVERLAP = 256


class Merged(NamedTuple):
    cells: str
    last_row: int


class Marks(NamedTuple):
    """What the streaming reader of cells does not tell."""

    merged: tuple[Merged, ...]
    formulas: bool


def check_archive(path: Path) -> None:
    """Reads sizes only; nothing is unpacked. Raises SheetWrong."""
    if path.stat().st_size > MOST_BYTES:
        raise wrong(
            path,
            f"tệp lớn hơn {MOST_BYTES // 10**6} MB; hãy xoá các dòng, cột trống có định dạng",
            f"the file is over {MOST_BYTES // 10**6} MB; delete empty formatted rows and columns",
        )
    _check_kind(path)
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _torn(path) from error
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    steep = unpacked > STEEP_ENOUGH and unpacked > STEEPEST * max(packed, 1)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS or steep:
        raise wrong(
            path,
            f"tệp nén bung ra tới {unpacked // 10**6} MB nên không được mở; hãy lưu lại tệp sạch",
            f"the file unpacks to {unpacked // 10**6} MB and is not opened; save a clean copy",
        )
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise wrong(
            path,
            "không phải bảng tính Excel (.xlsx)",
            "this is not an Excel workbook (.xlsx)",
        )


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLE:
        raise _old_or_locked(path)
    if start[:4] == b"PK\x03\x04":
        if not is_zipfile(path):
            raise _torn(path)
        return
    raise wrong(
        path,
        "không phải bảng tính Excel; hãy mở bằng Excel và lưu thành .xlsx",
        "this is not an Excel workbook; open it in Excel and save it as .xlsx",
    )


def _old_or_locked(path: Path) -> Exception:
    if ENCRYPTED in path.read_bytes():
        return wrong(
            path,
            "bảng tính có mật khẩu; hãy bỏ mật khẩu rồi lưu lại",
            "the workbook is encrypted; remove its password and save it again",
        )
    return wrong(
        path,
        "bảng tính kiểu cũ (.xls); hãy lưu thành .xlsx",
        "this is an old .xls workbook; save it as .xlsx",
    )


def _torn(path: Path) -> Exception:
    return wrong(
        path,
        "tệp hỏng hoặc bị cắt; hãy sao chép hay tải lại",
        "the file is damaged or cut short; copy or download it again",
    )


def marks(path: Path, part: str) -> Marks:
    """Merged cells and whether there are formulas, without building a tree."""
    merged: dict[str, Merged] = {}
    formulas = False
    for text in _texts(path, part):
        formulas = formulas or _FORMULA.search(text) is not None
        for match in _MERGED.finditer(text):
            merged[match[1].decode()] = Merged(match[1].decode(), int(match[2]))
    return Marks(tuple(merged.values()), formulas)


def _texts(path: Path, part: str) -> Iterator[bytes]:
    """Chunks that overlap, so that no mark is cut in two."""
    with ZipFile(path) as archive, archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_OVERLAP:]
