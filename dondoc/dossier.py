"""A set of files and form values, held against what the plan asks for.

What cannot be taken is refused, all of it at once, and nothing is stored; what is merely not there
yet is `missing`, and the version is received as incomplete.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dondoc.errors import DondocError
from dondoc.fields import Given, Value, ValueWrong, given, lacking, parse
from dondoc.filetypes import canonical, file_type, genuine
from dondoc.plan.model import Audience, Component, HandIn
from dondoc.store import Stored
from dondoc.words import Words

MEGABYTE = 10**6
LONGEST_NAME = 200
SHOWN_NAME = 80
LONGEST_REASON = 1_000
ANYTHING = Component(code="files", name="Tệp", min_files=0, max_files=100)
"""What a milestone takes that says nothing about files."""


class DossierWrong(DondocError):
    """Nothing was taken in:
    {listing}"""

    vi = "Chưa nhận gì cả:\n{listing}"


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A file as it is offered: `name` is what the unit calls it, `stored` where it is whole in the
    store already."""

    component: str
    path: Path
    name: str
    size: int
    stored: Stored | None = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """`missing` by the code of the component or field; empty means complete. `waived` holds, by
    component, why the unit says that it does not apply; `excused`, by component or field, why it is
    missing."""

    files: tuple[Offered, ...] = ()
    values: dict[str, Value] = field(default_factory=dict)
    missing: dict[str, Words] = field(default_factory=dict)
    waived: dict[str, str] = field(default_factory=dict)
    excused: dict[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def unexplained(self) -> dict[str, Words]:
        """What is missing without a word why."""
        return {code: lack for code, lack in self.missing.items() if code not in self.excused}

    @property
    def with_reason(self) -> bool:
        """Incomplete, and for each missing part the unit says why."""
        return bool(self.missing) and not self.unexplained


@dataclass(frozen=True, kw_only=True)
class Aside:
    """What the unit says of parts that are not there: why one does not apply (`waived`), why one is
    `missing`."""

    waived: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


NOTHING = Aside()


class Fault(NamedTuple):
    """What cannot be taken; `code` of the component or field, empty for the whole."""

    code: str
    words: Words


@dataclass(frozen=True, kw_only=True)
class Findings:
    checked: Checked
    faults: tuple[Fault, ...]


Asked = Callable[[Audience], bool]
"""Whether the unit belongs to the audience of a component."""


def offer(component: str, path: Path) -> Offered:
    """Raises DossierWrong where there is no such file."""
    if not path.is_file():
        raise _refused([Words(f"không có tệp {path}", f"there is no file {path}")])
    name = unicodedata.normalize("NFC", path.name)
    return Offered(component=component, path=path, name=name, size=path.stat().st_size)


def components(hand_in: HandIn, asked: Asked) -> tuple[Component, ...]:
    """Those that are asked of the unit."""
    if not hand_in.components and not hand_in.fields:
        return (ANYTHING,)
    return tuple(part for part in hand_in.components if part.only is None or asked(part.only))


def check(
    hand_in: HandIn,
    files: Sequence[Offered],
    fields: Given,
    *,
    asked: Asked,
    said: Aside = NOTHING,
) -> Checked:
    """Raises DossierWrong naming every file and field that cannot be taken; where a reason is given
    for something missing, also all that is missing without one, and what is not missing."""
    found = inspect(hand_in, files, fields, asked=asked, said=said)
    wrong = [fault.words for fault in found.faults]
    wrong += [_not_missing(code) for code in said.missing if code not in found.checked.missing]
    if said.missing:
        wrong += [_unsaid(lack) for lack in found.checked.unexplained.values()]
    if wrong:
        raise _refused(wrong)
    return found.checked


def inspect(
    hand_in: HandIn,
    files: Sequence[Offered],
    fields: Given,
    *,
    asked: Asked,
    said: Aside = NOTHING,
) -> Findings:
    """All that is wrong and all that is missing, at once. A component that does not apply needs a
    reason; what has files applies, and is not missing."""
    parts = {part.code: part for part in components(hand_in, asked)}
    by_part: defaultdict[str, list[Offered]] = defaultdict(list)
    for file in files:
        by_part[file.component].append(file)
    aside = {
        code: reason.strip()
        for code, reason in said.waived.items()
        if code in parts and reason.strip() and not by_part[code]
    }
    excused = {code: why.strip() for code, why in said.missing.items() if why.strip()}
    faults = list(_strangers(parts, by_part, hand_in, fields))
    faults += [
        Fault(code, Words(f"{code}: lý do dài quá", f"{code}: the reason is too long"))
        for code, reason in (*aside.items(), *excused.items())
        if len(reason) > LONGEST_REASON
    ]
    missing: dict[str, Words] = {}
    for code, part in parts.items():
        faults += [Fault(code, why) for why in _too_much(part, by_part[code])]
        faults += [Fault(code, why) for file in by_part[code] for why in unfit(part, file)]
        if code not in aside and len(by_part[code]) < part.min_files:
            missing[code] = _short(part, len(by_part[code]))
    values = _values(hand_in, fields, faults, missing)
    excused = {code: why for code, why in excused.items() if code in missing}
    if not files and not values and (missing or aside):
        nothing = Words("chưa có tệp hay mục nào", "there is no file and no field at all")
        faults.append(Fault("", nothing))
    checked = Checked(
        files=tuple(files), values=values, missing=missing, waived=aside, excused=excused
    )
    return Findings(checked=checked, faults=tuple(faults))


def _not_missing(code: str) -> Words:
    return Words(
        f"{code}: không thiếu, hoặc không phải thành phần, mục nào; bỏ lý do",
        f"{code}: is not missing, or no component or field; leave its reason out",
    )


def _unsaid(lack: Words) -> Words:
    return Words(f"{lack.vi}; chưa ghi lý do", f"{lack.en}; no reason is given")


def _values(
    hand_in: HandIn, fields: Given, faults: list[Fault], missing: dict[str, Words]
) -> dict[str, Value]:
    """Adds to `faults` and `missing`."""
    values: dict[str, Value] = {}
    for asked in hand_in.fields:
        entries = given(fields, asked)
        try:
            if entries:
                values[asked.code] = parse(asked, entries)
        except ValueWrong as error:
            vi, en = error.words
            words = Words(f"{asked.name} ({asked.code}): {vi}", f"{asked.code}: {en}")
            faults.append(Fault(asked.code, words))
            continue
        lack = lacking(asked, values.get(asked.code))
        if lack is not None:
            missing[asked.code] = lack
    return values


def _strangers(
    parts: Mapping[str, Component],
    by_part: Mapping[str, Sequence[Offered]],
    hand_in: HandIn,
    fields: Given,
) -> Iterator[Fault]:
    listed = ", ".join(parts) or "–"
    for code in by_part.keys() - parts.keys():
        words = Words(
            f"không yêu cầu thành phần {code!r}; các thành phần: {listed}",
            f"no component {code!r} is asked of this unit; there are: {listed}",
        )
        yield Fault("", words)
    known = {asked.code for asked in hand_in.fields}
    shown = ", ".join(sorted(known)) or "–"
    for code in fields.keys() - known:
        words = Words(
            f"không có mục {code!r}; các mục: {shown}",
            f"there is no field {code!r}; there are: {shown}",
        )
        yield Fault("", words)


def _too_much(part: Component, files: Sequence[Offered]) -> Iterator[Words]:
    if len(files) > part.max_files:
        yield Words(
            f"{part.name}: {len(files)} tệp, nhiều nhất {part.max_files}",
            f"{part.name}: {len(files)} files, at most {part.max_files}",
        )
    names = [file.name.casefold() for file in files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Words(f"{part.name}: hai tệp cùng tên {name}", f"{part.name}: two files named {name}")


def unfit(part: Component, file: Offered) -> Iterator[Words]:
    """Why a file cannot be taken."""
    found = list(unfit_offer(part, file.name, file.size))
    yield from found
    if found or file.size == 0:
        return
    ending = file_type(file.name)
    if not _whole(file.path, ending):
        yield Words(
            f"{file.name}: không phải tệp {ending} hoặc tệp hỏng, chưa ghi xong",
            f"{file.name}: is no {ending} file, or damaged or only half written",
        )


def unfit_offer(part: Component, name: str, size: int) -> Iterator[Words]:
    """What is known before a single byte of the file has come."""
    shown = name if len(name) <= SHOWN_NAME else f"{name[:SHOWN_NAME]}…"
    hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in name)
    if hidden or not name.strip(". ") or len(name) > LONGEST_NAME or set(name) & set("/\\:"):
        yield Words(f"tên tệp {shown!r} không dùng được", f"the file name {shown!r} cannot be used")
    if size == 0:
        yield Words(f"{shown}: tệp trống", f"{shown}: the file is empty")
        return
    if size > part.max_mb * MEGABYTE:
        yield Words(
            f"{shown}: {size / MEGABYTE:.3g} MB, nhiều nhất {part.max_mb:g} MB",
            f"{shown}: {size / MEGABYTE:.3g} MB, at most {part.max_mb:g} MB",
        )
    types = [canonical(known) for known in part.types]
    if types and file_type(name) not in types:
        yield Words(
            f"{shown}: cần tệp {', '.join(types)}", f"{shown}: must be {' or '.join(types)}"
        )


def _whole(path: Path, ending: str) -> bool:
    try:
        return genuine(path, ending)
    except OSError:
        return False


def _short(part: Component, count: int) -> Words:
    if part.min_files == 1:
        return Words(f"{part.name}: chưa có tệp", f"{part.name}: no file yet")
    return Words(
        f"{part.name}: ít nhất {part.min_files:02d} tệp, mới có {count:02d}",
        f"{part.name}: at least {part.min_files} files, there are {count}",
    )


def _refused(wrong: Sequence[Words]) -> DossierWrong:
    listing = Words(
        "\n".join(f"  - {why.vi}" for why in wrong), "\n".join(f"  - {why.en}" for why in wrong)
    )
    return DossierWrong(listing=listing)
