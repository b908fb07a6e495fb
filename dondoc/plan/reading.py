"""A plan file's bytes become text, or one clear sentence why they cannot."""

import re
from itertools import islice
from pathlib import Path

from dondoc.plan.mistakes import SHOWN, Mistake, PlanWrong
from dondoc.words import Words

LARGEST = 1_000_000
"""Bytes; a plan of a hundred milestones has about sixty thousand."""

FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INDENTED_BY_TAB = re.compile(r"^ *\t[ \t]*\S", re.MULTILINE)
OTHER_FORMATS = {
    b"PK\x03\x04": Words("một tệp Word, Excel hoặc ZIP", "a Word, Excel or ZIP file"),
    b"%PDF": Words("một tệp PDF", "a PDF file"),
    b"\xd0\xcf\x11\xe0": Words("một tệp Word hoặc Excel cũ", "an old Word or Excel file"),
    b"\x1f\x8b": Words("một tệp nén", "a compressed file"),
}
PLAN_FILE = Words("Hãy nêu một tệp kế hoạch .yaml", "Name a plan file, .yaml")
EXPECTED = Words("Hãy lưu tệp dạng văn bản thuần, bảng mã UTF-8", "Save it as plain text in UTF-8")


def read_text(path: Path) -> str:
    """Raises PlanWrong."""
    return decoded(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """Never much more than LARGEST of them. Raises PlanWrong where there is no file to read."""
    try:
        if path.exists() and not path.is_file():
            raise _refused(path.name, Words("không phải là tệp", "is not a file"), PLAN_FILE)
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or str(error)
        closed = Words(f"không mở được tệp: {why}", f"the file cannot be opened: {why}")
        missing = isinstance(error, FileNotFoundError)
        wrong = Words("không có tệp này", "there is no such file") if missing else closed
        raise _refused(path.name, wrong, PLAN_FILE) from error


def decoded(data: bytes, name: str) -> str:
    """Raises PlanWrong. A byte order mark is dropped."""
    if len(data) > LARGEST:
        raise _too_large(name)
    for start, words in OTHER_FORMATS.items():
        if data.startswith(start):
            raise _refused(name, Words(f"đây là {words.vi}", f"this is {words.en}"), EXPECTED)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(name, Words("tệp có bảng mã UTF-16", "the file is in UTF-16"), EXPECTED)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = Words("chữ không thuộc bảng mã UTF-8", "the text is not in UTF-8")
        raise PlanWrong(name, [Mistake(line, 1, "", wrong, EXPECTED)]) from error
    return text


def check_text(text: str, name: str) -> None:
    """Raises PlanWrong naming every line with a NUL, control character or indentation by tab."""
    if len(text) > LARGEST:
        raise _too_large(name)
    mistakes = [_forbidden(text, found) for found in islice(FORBIDDEN.finditer(text), SHOWN)]
    mistakes += [_tab(text, found) for found in islice(INDENTED_BY_TAB.finditer(text), SHOWN)]
    if mistakes:
        raise PlanWrong(name, mistakes)


def _forbidden(text: str, found: re.Match[str]) -> Mistake:
    shown = f"U+{ord(found[0]):04X}"
    wrong = Words(f"có ký tự điều khiển {shown}", f"there is a control character {shown}")
    right = Words("Hãy xóa ký tự này; tệp có thể bị hỏng", "Delete it; the file may be damaged")
    return Mistake(text.count("\n", 0, found.start()) + 1, 1, "", wrong, right)


def _tab(text: str, found: re.Match[str]) -> Mistake:
    wrong = Words("thụt lề bằng phím Tab", "indented by a tab")
    right = Words("Hãy thụt lề bằng dấu cách", "Indent with spaces")
    return Mistake(text.count("\n", 0, found.start()) + 1, 1, "", wrong, right)


def _too_large(name: str) -> PlanWrong:
    megabytes = LARGEST // 1_000_000
    return _refused(
        name,
        Words(f"tệp lớn hơn {megabytes} MB", f"the file is larger than {megabytes} MB"),
        Words("Tệp kế hoạch chỉ vài chục KB", "A plan file has some tens of kilobytes"),
    )


def _refused(name: str, wrong: Words, right: Words = EXPECTED) -> PlanWrong:
    return PlanWrong(name, [Mistake(0, 0, "", wrong, right)])
