"""What the servers of recipient domains allow: a file with a line for each.

    # tên miền nhận · recipient domain
    gmail.com          rate=60/h  quota=500  connections=2  messages=20
    *.quan7.gov.vn     connections=1
    *                  connections=3

The closest line counts, and counts for each domain by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from dondoc.errors import DondocError
from dondoc.pace import Pace, rate
from dondoc.settings import Settings
from dondoc.words import Words

LARGEST = 1_000_000
ALL, BELOW = "*", "*."
NO_LIMIT = Pace()


class DomainsFileWrong(DondocError):
    """Domains file {file}, {place}: {why}
    A line is: gmail.com rate=60/h quota=500 connections=2 messages=20
    *.gov.vn and * stand for many."""

    vi = (
        "Tệp tên miền {file}, {place}: {why}\n"
        "Mỗi dòng có dạng: gmail.com rate=60/giờ quota=500 connections=2 messages=20\n"
        "*.gov.vn và * thay cho nhiều tên miền."
    )


class Part(NamedTuple):
    """Of `of` processes that send together, the one with this number, from 0."""

    number: int = 0
    of: int = 1

    def has(self, domain: str) -> bool:
        """Each domain is one process's."""
        return crc32(domain.encode()) % self.of == self.number


ALONE = Part()


@dataclass(frozen=True)
class Paces:
    """By domain in small letters, `*.parent` or `*`. `part`: whose eyes see them."""

    lines: Mapping[str, Pace] = field(default_factory=dict)
    part: Part = ALONE

    def __bool__(self) -> bool:
        return bool(self.lines)

    def of(self, domain: str) -> Pace:
        if not self.lines or domain in self.lines:
            return self.lines.get(domain, NO_LIMIT)
        parent = domain
        while parent:
            parent = parent.partition(".")[2]
            if (found := self.lines.get(BELOW + parent)) is not None:
                return found
        return self.lines.get(ALL, NO_LIMIT)

    @property
    def bounded(self) -> bool:
        """Whether somewhere only so many letters may be on their way at once."""
        return any(pace.connections for pace in self.lines.values())

    @property
    def counted(self) -> bool:
        """Whether letters must be counted before more may leave."""
        return any(pace.is_counted for pace in self.lines.values())


NO_PACES = Paces()


def open_paces(settings: Settings) -> Paces:
    """Raises DomainsFileWrong naming the file and the line."""
    return Paces() if settings.smtp_domains_file is None else _read(settings.smtp_domains_file)


def _read(file: Path) -> Paces:
    try:
        if file.stat().st_size > LARGEST:
            raise DomainsFileWrong(file=file, place="-", why="> 1 MB")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DomainsFileWrong(file=file, place="-", why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise DomainsFileWrong(file=file, place=f"byte {error.start}", why="not UTF-8") from error
    found: dict[str, Pace] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not (words := line.partition("#")[0].split()):
            continue
        domain = words[0].lower()
        why = _wrong_name(domain, found)
        try:
            if not why:
                found[domain] = _pace(words[1:])
        except ValueError as error:
            (why,) = error.args
        if why:
            place = Words(f"dòng {number}", f"line {number}")
            raise DomainsFileWrong(file=file, place=place, why=why)
    return Paces(found)


def _wrong_name(domain: str, found: Mapping[str, Pace]) -> Words | None:
    if domain in found:
        return Words(f"{domain} đã có ở dòng trên", f"{domain} stands there already")
    plain = domain.removeprefix(BELOW)
    if domain != ALL and ("*" in plain or "@" in plain or "=" in plain or "." not in plain):
        return Words(f"{domain!r} không phải tên miền", f"{domain!r} is no domain")
    return None


def _pace(words: list[str]) -> Pace:
    """Raises ValueError with the words to say."""
    facts: dict[str, object] = {}
    for word in words:
        name, sign, value = word.partition("=")
        try:
            facts[name] = rate(value) if name == "rate" else _count(value)
        except ValueError as error:
            why = Words(f"không hiểu {word!r}", f"cannot read {word!r}")
            raise ValueError(why) from error
        if not sign or name not in Pace.__dataclass_fields__:
            raise ValueError(Words(f"không hiểu {word!r}", f"cannot read {word!r}"))
    if not facts:
        raise ValueError(Words("chưa ghi hạn mức nào", "no limit is named"))
    return Pace(**facts)  # type: ignore[arg-type]


def _count(value: str) -> int:
    if not value.isdecimal() or len(value) > 9:
        raise ValueError(value)
    return int(value)
