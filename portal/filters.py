"""What templates of the portal print that letters do not."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dondoc.plan.model import Component, FieldType, FormField
from dondoc.steps import step_said
from dondoc.words import Language, Words
from notifications.wording import MONTHS, count, day

ANY = Words("Mọi loại tệp", "Files of any kind")
TYPES = Words("Tệp {types}", "Files: {types}")
LIMITS = Words(
    "{types}; nhiều nhất {n} tệp, mỗi tệp không quá {mb} MB",
    "{types}; at most {n} files, none over {mb} MB",
)
LIMIT = Words("{types}; một tệp, không quá {mb} MB", "{types}; one file, not over {mb} MB")
LEAST = Words("; ít nhất {n} tệp", "; at least {n} files")
PAPER = Words("; kèm {n} bản giấy có chữ ký", "; with {n} signed paper copies")
NUMBER = Words("Số từ {min} đến {max}", "A number from {min} to {max}")
LEAST_NUMBER = Words("Số, ít nhất {min}", "A number, at least {min}")
MOST_NUMBER = Words("Số, nhiều nhất {max}", "A number, at most {max}")
DATE = Words("Ví dụ 15/11/2026", "Such as 15/11/2026")
LIST = Words("Mỗi dòng một mục", "One entry a line")
LEAST_LIST = Words("Mỗi dòng một mục, ít nhất {min}", "One entry a line, at least {min}")


def local(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """09:15, 17/5/2024"""
    there = at.astimezone(zone)
    return f"{there:%H:%M}, {day(there.date(), language)}"


def counted(n: int, language: Language, vi: str, one: str, many: str) -> str:
    """03 đơn vị; 1 unit, 3 units."""
    return f"{count(n, language)} {Words(vi, one if n == 1 else many).text(language)}"


def brief_day(value: date, language: Language) -> str:
    """For tables: 15/4/2026, 15 Apr 2026."""
    if language is Language.VI:
        return day(value, language)
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """For tables: 09:15, 17/5/2024; 09:15, 17 May 2024"""
    there = at.astimezone(zone)
    return f"{there:%H:%M}, {brief_day(there.date(), language)}"


def period(key: str, language: Language) -> str:
    """The key of an occurrence: a date where it has one, such as 2026-Q4 where it repeats."""
    try:
        return brief_day(date.fromisoformat(key), language)
    except ValueError:
        return key


def step(code: str, language: Language) -> str:
    """The rule behind a notice in brackets; nothing where its stage says it all."""
    said = step_said(code).text(language)
    return f"({said})" if said else ""


def figure(n: int, language: Language) -> str:
    """In a column of figures, where 3 is not written 03."""
    return f"{n:,}" if language is Language.EN else f"{n:,}".replace(",", ".")


def iso_day(iso: str, language: Language) -> str:
    """A date as JSON keeps it."""
    return day(date.fromisoformat(iso), language)


def limits(part: Component, language: Language) -> str:
    """What a component takes."""
    named = ", ".join(part.types)
    types = TYPES.text(language, types=named) if named else ANY.text(language)
    words = LIMIT if part.max_files == 1 else LIMITS
    told = words.text(language, types=types, n=part.max_files, mb=f"{part.max_mb:g}")
    if part.min_files > 1:
        told += LEAST.text(language, n=count(part.min_files, language))
    if part.paper:
        told += PAPER.text(language, n=count(part.paper, language))
    return told


def field_hint(field: FormField, language: Language) -> str:
    """What a field takes, where that is not plain."""
    least = None if field.min is None else f"{field.min:g}"
    most = None if field.max is None else f"{field.max:g}"
    if field.type is FieldType.DATE:
        return DATE.text(language)
    if field.type is FieldType.LIST:
        return LIST.text(language) if least is None else LEAST_LIST.text(language, min=least)
    if field.type is not FieldType.NUMBER or least == most is None:
        return ""
    if least is not None and most is not None:
        return NUMBER.text(language, min=least, max=most)
    return (LEAST_NUMBER if most is None else MOST_NUMBER).text(language, min=least, max=most)
