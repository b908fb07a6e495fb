"""Scanned pages, recognised with Tesseract's Vietnamese data where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import unicodedata
from functools import cache
from pathlib import Path

from documents.reading.damage import is_syllable
from documents.reading.errors import wrong
from documents.reading.folding import fold
from documents.reading.source import SourceLine

SECONDS_A_PAGE = 90
MOST_PIXELS = 120_000_000


def recognised(path: Path, image: bytes) -> str:
    """The text of one page image. Raises DocumentWrong."""
    program = _program(path)
    command = [program, "stdin", "stdout", "-l", _language(program), "--dpi", "300"]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, no word of the document
            command, input=image, capture_output=True, timeout=SECONDS_A_PAGE, check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise wrong(
            path,
            "nhận dạng chữ quá lâu; hãy quét lại ở 300 dpi",
            "recognising the page took too long; scan it again at 300 dpi",
        ) from error
    if done.returncode:
        raise wrong(path, "ảnh hỏng, không đọc được", "the image is damaged and cannot be read")
    return unicodedata.normalize("NFC", done.stdout.decode("utf-8", errors="replace"))


def _program(path: Path) -> str:
    program = shutil.which("tesseract")
    if program is None or "vie" not in _languages(program):
        raise wrong(
            path,
            "là bản quét; cần cài Tesseract với tiếng Việt (Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-vie; Windows: bộ cài của UB Mannheim, chọn Vietnamese)",
            "is a scan; install Tesseract with Vietnamese data (Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-vie; Windows: the UB Mannheim installer, choose Vietnamese)",
        )  # fmt: skip
    return program


@cache
def _languages(program: str) -> frozenset[str]:
    done = subprocess.run(  # noqa: S603 - found on the path by name
        [program, "--list-langs"], capture_output=True, timeout=30, check=False
    )
    return frozenset(done.stdout.decode("utf-8", errors="replace").split())


def _language(program: str) -> str:
    return "vie" if "vie" in _languages(program) else "eng"


def lines_of(path: Path, data: bytes) -> tuple[SourceLine, ...]:
    """Raises DocumentWrong, also where the image shows no text."""
    width, height = _size(data)
    if width * height > MOST_PIXELS:
        raise wrong(
            path,
            f"ảnh quá lớn ({width} × {height} điểm)",
            f"the image is too large ({width} × {height} pixels)",
        )
    text = recognised(path, data)
    if not reads_as_text(text):
        raise wrong(
            path, "ảnh không có chữ nào đọc được", "the image shows no text that can be read"
        )
    return tuple(
        SourceLine(number=i, text=line, page=1) for i, line in enumerate(text.splitlines(), 1)
    )


def reads_as_text(text: str) -> bool:
    words = [w for w in re.findall(r"[^\W\d_]+", fold(text)) if len(w) > 1]
    return len(words) >= 8 and sum(map(is_syllable, words)) > len(words) * 0.5


def _size(data: bytes) -> tuple[int, int]:
    """Of a PNG or JPEG, from its head; others are taken as small."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return 1, 1


def _jpeg_size(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        kind = data[place + 1]
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return 1, 1
