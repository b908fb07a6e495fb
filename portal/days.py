"""Dates that people send with a form."""

from datetime import date

from dondoc.decision import DecisionRefused


class DayMissing(DecisionRefused):
    """A date is needed, such as 15/11/2026."""

    vi = "Cần một ngày, ví dụ 15/11/2026."


def read_day(text: str) -> date | None:
    """As a date field sends it, or as a person in Vietnam writes it: 15/11/2026."""
    try:
        if "/" in text:
            day, month, year = text.split("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        return None


def day_in(text: str) -> date:
    """Raises DayMissing."""
    day = read_day(text)
    if day is None:
        raise DayMissing
    return day
