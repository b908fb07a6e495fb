"""The columns of a list of units: what they are called and which stand where."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from dondoc.words import Words

NEAR_ENOUGH = 84


class Column(NamedTuple):
    key: str
    title: Words
    other_names: tuple[str, ...]
    help: Words


def _column(key: str, title: str, names: str, vi: str, en: str) -> Column:
    english, *others = names.split(" | ")
    return Column(key, Words(title, english), tuple(others), Words(vi, en))


COLUMNS = (
    _column(
        "code", "Mã đơn vị", "code | unit code | mã",
        "Bắt buộc, không trùng, không có khoảng trắng", "Needed, unique, no blanks",
    ),
    _column("name", "Tên đơn vị", "name | unit name | đơn vị", "Bắt buộc", "Needed"),
    _column(
        "kind", "Loại", "kind | type | loại đơn vị",
        "Bắt buộc: phường, phòng, đoàn thể…", "Needed: ward, department…",
    ),
    _column(
        "parent", "Trực thuộc", "parent | cấp trên | đơn vị cấp trên",
        "Mã của đơn vị cấp trên", "Code of the unit above",
    ),
    _column(
        "groups", "Cụm, khối", "groups | group | cụm khối | cụm | khối",
        "Mã các cụm, khối, cách nhau bằng ;", "Codes of groups, separated by ;",
    ),
    _column(
        "heads", "Trưởng cụm, khối (năm)", "head_of | heads | trưởng cụm, khối",
        "cum-1:2024; cum-1:2025", "cum-1:2024; cum-1:2025",
    ),
    _column(
        "officer_name", "Đầu mối: họ tên", "officer_name | officer | đầu mối",
        "Nhiều người thì cách nhau bằng ;", "Several are separated by ;",
    ),
    _column(
        "officer_email", "Đầu mối: e-mail", "officer_email | email | e-mail",
        "Nhiều địa chỉ thì cách nhau bằng ;", "Several are separated by ;",
    ),
    _column(
        "head_name", "Lãnh đạo: họ tên", "head_name | lãnh đạo",
        "Thủ trưởng đơn vị", "Head of the unit",
    ),
    _column("head_email", "Lãnh đạo: e-mail", "head_email", "Một địa chỉ", "One address"),
    _column(
        "deputy_name", "Dự phòng: họ tên", "deputy_name | deputy | dự phòng",
        "Người thay khi đầu mối vắng", "Stands in for the officer",
    ),
    _column("deputy_email", "Dự phòng: e-mail", "deputy_email", "Một địa chỉ", "One address"),
    _column("language", "Ngôn ngữ", "language", "vi hoặc en; trống là vi", "vi or en; blank is vi"),
    _column(
        "valid_from", "Hiệu lực từ", "valid_from",
        "Ngày thành lập, 01/7/2025", "First day, 2025-07-01",
    ),
    _column(
        "valid_to", "Hiệu lực đến", "valid_to",
        "Ngày cuối còn hoạt động", "Last day it exists",
    ),
)  # fmt: skip
NEEDED = ("code", "name", "kind")
TITLES = {column.key: column.title for column in COLUMNS}


def folded(title: object) -> str:
    """Without case, diacritics and punctuation."""
    text = unicodedata.normalize("NFD", str(title or "").casefold()).replace("đ", "d")
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", text.replace("e-mail", "email")).strip()


KEYS = {
    folded(name): column.key
    for column in COLUMNS
    for name in (column.title.vi, column.title.en, *column.other_names)
}


class Header(NamedTuple):
    """Place of each column that was recognised; `mistakes` are titles that come twice or look
    like a mistyped one."""

    places: dict[str, int]
    mistakes: tuple[Words, ...]

    @property
    def missing(self) -> list[str]:
        return [key for key in NEEDED if key not in self.places]


def recognised(cells: Iterable[object]) -> int:
    return len({KEYS[folded(cell)] for cell in cells if folded(cell) in KEYS})


def read_header(cells: Sequence[object]) -> Header:
    places: dict[str, int] = {}
    mistakes: list[Words] = []
    strange: list[str] = []
    for place, cell in enumerate(cells):
        key = KEYS.get(folded(cell))
        if key is None:
            strange.append(str(cell or ""))
        elif key in places:
            title = TITLES[key]
            mistakes.append(
                Words(f"có hai cột «{title.vi}»", f"there are two columns “{title.en}”")
            )
        else:
            places[key] = place
    mistakes += [hint for title in strange if (hint := _mistyped(title, places)) is not None]
    return Header(places, tuple(mistakes))


def _mistyped(title: str, places: dict[str, int]) -> Words | None:
    """A column of the office's own (number, remarks) is left alone."""
    near = process.extractOne(
        folded(title), KEYS.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH
    )
    if near is None or KEYS[near[0]] in places:
        return None
    meant = TITLES[KEYS[near[0]]]
    return Words(
        f"không có cột «{title}»; có phải «{meant.vi}»?",
        f"there is no column “{title}”; did you mean “{meant.en}”?",
    )
