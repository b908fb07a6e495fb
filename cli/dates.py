"""Dates as people read them."""

from datetime import date, datetime
from typing import Final

from dondoc.errors import DondocError
from dondoc.plan.timeline import as_printed
from dondoc.words import Language

WEEKDAYS: Final = {
    Language.VI: ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


class DateWrong(DondocError):
    """{option}: {text!r} is not a date; write it 2026-11-15 or 15/11/2026."""

    vi = "{option}: {text!r} không phải là ngày; hãy viết 2026-11-15 hoặc 15/11/2026."


def long_date(day: date, language: Language) -> str:
    return f"{WEEKDAYS[language][day.weekday()]} {day:%d/%m/%Y}"


def due_date(day: date, language: Language, *, inclusive: bool) -> str:
    return as_printed(long_date(day, language), language, inclusive=inclusive)


def read_date(text: str, option: str) -> date:
    """Raises DateWrong."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise DateWrong(option=option, text=text)
