"""How dates are printed in administrative papers (Decree 30/2020/NĐ-CP, Appendix I)."""

from datetime import date, datetime

from dondoc.plan.due import Granularity
from dondoc.words import Language, Words

QUARTERS = ("I", "II", "III", "IV")
BEFORE = Words("trước", "before")
MONTH = Words("tháng", "in")
QUARTER = Words("quý {quarter}/{year}", "Q{number} {year}")
YEAR = Words("năm {year}", "{year}")


def long_date(day: date, language: Language) -> str:
    """ngày 05 tháng 02 năm 2024: days below 10 and the months 1 and 2 take a zero."""
    if language is Language.EN:
        return f"{day.day} {day:%B %Y}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def long_moment(at: datetime, language: Language) -> str:
    """With hour and minute, as the value itself tells them."""
    if language is Language.EN:
        return f"{at:%H:%M}, {long_date(at.date(), language)}"
    return f"{at.hour} giờ {at.minute:02d}, {long_date(at.date(), language)}"


def due_format(
    due_on: date, granularity: Granularity, language: Language, *, inclusive: bool
) -> str:
    """A spreadsheet's number format that shows a date as the plan printed it, while the cell
    keeps a date that sorts."""
    shown = {
        Granularity.DAY: "dd/mm/yyyy",
        Granularity.MONTH: f'"{MONTH.text(language)} "mm/yyyy',
        Granularity.QUARTER: f'"{_quarter(due_on, language)}"',
        Granularity.YEAR: f'"{YEAR.text(language, year=due_on.year)}"',
    }[granularity]
    return shown if inclusive else f'"{BEFORE.text(language)} "{shown}'


def _quarter(day: date, language: Language) -> str:
    number = (day.month + 2) // 3
    return QUARTER.text(language, quarter=QUARTERS[number - 1], number=number, year=day.year)
