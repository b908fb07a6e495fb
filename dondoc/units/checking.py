"""Everything that is wrong with a list of units, all at once, before a row is written."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import process

from dondoc.errors import DondocError
from dondoc.units.rows import Person, Refusal, UnitRow, line
from dondoc.words import Words

CODE = re.compile(r"[^\s,;:=]{1,60}")
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
LONGEST_ADDRESS = 254
LONGEST_NAME = 300
YEARS = range(1990, 2101)


class PersonWrong(DondocError):
    """{why}"""

    vi = "{why}"


def own_mistakes(row: UnitRow) -> Iterator[Words]:
    """What can be seen without the other rows."""
    yield from row.mistakes
    if not CODE.fullmatch(row.code):
        yield Words(
            f"mã đơn vị {row.code!r} phải có 1–60 ký tự, không có khoảng trắng hoặc , ; : =",
            f"the code {row.code!r} must have 1–60 characters, no blanks or , ; : =",
        )
    yield from _line("tên đơn vị", "the name", row.name, needed=True)
    yield from _line("loại", "the kind", row.kind, needed=True)
    for person in (*row.officers, row.head, row.deputy):
        yield from person_mistakes(person)
    if any(";" in person.name for person in row.officers):
        yield Words("họ tên có dấu ;", "a person's name holds a ;")
    for group, name in row.groups.items():
        if not CODE.fullmatch(group):
            yield Words(f"mã cụm, khối {group!r} không hợp lệ", f"{group!r} is not a group's code")
        yield from _line("tên cụm, khối", "a group's name", name, needed=False)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield Words(
            f"hiệu lực đến {row.valid_to} trước hiệu lực từ {row.valid_from}",
            f"valid to {row.valid_to} is before valid from {row.valid_from}",
        )
    for year in sorted({year for years in row.heads.values() for year in years}):
        if year not in YEARS:
            yield Words(f"năm {year} của cụm trưởng không hợp lệ", f"{year} is not a year to lead")


def person_mistakes(person: Person) -> Iterator[Words]:
    yield from _line("họ tên", "a person's name", person.name, needed=False)
    yield from _address(person)


def checked_person(person: Person) -> Person:
    """Raises PersonWrong."""
    found = Person(line(person.name), (person.email or "").strip() or None)
    mistakes = list(person_mistakes(found))
    if mistakes:
        raise PersonWrong(why=mistakes[0])
    return found


def refusals(
    rows: Sequence[UnitRow], known: Mapping[str, UnitRow], groups: Iterable[str]
) -> list[Refusal]:
    """In the order of the rows; `known` are the units of the database by code, `groups` its
    groups."""
    after = dict(known)
    for row in rows:
        after[row.code] = _merged(row, known.get(row.code))
    found: list[Refusal] = []
    found += [Refusal(row.number, row.code, why) for row in rows for why in own_mistakes(row)]
    found += _twice(rows)
    found += _lost(rows, after)
    found += _circles(rows, after)
    found += _groupless(rows, set(groups))
    found += _heads(rows, after)
    order = {row.number: place for place, row in enumerate(rows)}
    return sorted(found, key=lambda refusal: order[refusal.row])


def nearest(name: str, names: Sequence[str]) -> Words:
    """A hint for a mistyped name; empty where nothing resembles it."""
    near = process.extractOne(name, names, score_cutoff=60) if name else None
    if near is None:
        return Words("", "")
    return Words(f"; gần nhất: {near[0]}", f"; the nearest is {near[0]}")


def _merged(row: UnitRow, old: UnitRow | None) -> UnitRow:
    if old is None:
        return row
    given = {field: getattr(row, field) for field in row.model_fields_set}
    return old.model_copy(update=given)


def _line(vi: str, en: str, text: str, *, needed: bool) -> Iterator[Words]:
    if needed and not text.strip():
        yield Words(f"thiếu {vi}", f"{en} is missing")
    if len(text) > LONGEST_NAME:
        yield Words(f"{vi} dài quá {LONGEST_NAME} ký tự", f"{en} is over {LONGEST_NAME} characters")
    if any(
        unicodedata.category(letter) in ("Cc", "Cs") or letter in "\ufffe\uffff" for letter in text
    ):
        yield Words(
            f"{vi} {text!r} có ký tự điều khiển",
            f"{en} {text!r} holds a control character",
        )


def _address(person: Person) -> Iterator[Words]:
    email = person.email
    if email is None:
        return
    if len(email) > LONGEST_ADDRESS or not ADDRESS.fullmatch(email):
        yield Words(f"địa chỉ e-mail {email!r} không hợp lệ", f"{email!r} is not an e-mail address")


def _twice(rows: Sequence[UnitRow]) -> Iterator[Refusal]:
    count = Counter(row.code for row in rows)
    first: dict[str, int] = {}
    for row in rows:
        if count[row.code] == 1 or not row.code:
            continue
        if row.code in first:
            yield Refusal(
                row.number,
                row.code,
                Words(
                    f"mã đơn vị đã có ở dòng {first[row.code]}",
                    f"the code already stands in row {first[row.code]}",
                ),
            )
        first.setdefault(row.code, row.number)


def _lost(rows: Sequence[UnitRow], after: Mapping[str, UnitRow]) -> Iterator[Refusal]:
    codes = [code for code in after if code]
    for row in rows:
        if row.parent is None or row.parent in after:
            continue
        near = nearest(row.parent, codes)
        yield Refusal(
            row.number,
            row.code,
            Words(
                f"không có đơn vị cấp trên {row.parent!r}{near.vi}",
                f"there is no parent unit {row.parent!r}{near.en}",
            ),
        )


def _circles(rows: Sequence[UnitRow], after: Mapping[str, UnitRow]) -> Iterator[Refusal]:
    within = _on_circles({code: row.parent for code, row in after.items()})
    for row in rows:
        if row.code in within:
            path = " → ".join(within[row.code])
            yield Refusal(
                row.number,
                row.code,
                Words(f"trực thuộc vòng tròn: {path}", f"the parents go in a circle: {path}"),
            )


def _on_circles(parents: Mapping[str, str | None]) -> dict[str, list[str]]:
    """The units that are above themselves, each with the way around."""
    done: set[str] = set()
    within: dict[str, list[str]] = {}
    for start in parents:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at in parents and at not in path and at not in done:
            path[at] = len(path)
            at = parents[at]
        if at is not None and at in path:
            circle = list(path)[path[at] :]
            within |= {code: [*circle[i:], *circle[: i + 1]] for i, code in enumerate(circle)}
        done.update(path)
    return within


def _groupless(rows: Sequence[UnitRow], known: set[str]) -> Iterator[Refusal]:
    """A new group exists once a row gives it a name."""
    names = known | {group for row in rows for group, name in row.groups.items() if name}
    for row in rows:
        for group in row.groups:
            if group in names:
                continue
            near = nearest(group, sorted(names))
            yield Refusal(
                row.number,
                row.code,
                Words(
                    f"không có cụm, khối {group!r}{near.vi}",
                    f"there is no group {group!r}{near.en}",
                ),
            )


def _heads(rows: Sequence[UnitRow], after: Mapping[str, UnitRow]) -> Iterator[Refusal]:
    leaders: dict[tuple[str, int], list[str]] = {}
    for code, row in after.items():
        for group, years in row.heads.items():
            for year in years:
                leaders.setdefault((group, year), []).append(code)
    for row in rows:
        for group, years in after[row.code].heads.items():
            if group not in after[row.code].groups:
                yield Refusal(
                    row.number,
                    row.code,
                    Words(
                        f"là trưởng của {group} mà không thuộc {group}",
                        f"leads {group} without being a member of {group}",
                    ),
                )
            yield from _rivals(row, group, years, leaders)


def _rivals(
    row: UnitRow,
    group: str,
    years: Sequence[int],
    leaders: Mapping[tuple[str, int], Sequence[str]],
) -> Iterator[Refusal]:
    for year in years:
        others = ", ".join(code for code in leaders[group, year] if code != row.code)
        if others:
            yield Refusal(
                row.number,
                row.code,
                Words(
                    f"{group} năm {year} đã có trưởng: {others}",
                    f"{group} already has a head for {year}: {others}",
                ),
            )
