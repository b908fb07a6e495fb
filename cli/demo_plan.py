"""The sample year, moved to the present."""

import re
from datetime import date, timedelta
from pathlib import Path

from dondoc.errors import DondocError

SAMPLE = Path(__file__).parents[1] / "samples" / "quan-7-2024"
WRITTEN_IN = 2024
DUE_TODAY = date(2024, 6, 9)
"""The last day of a milestone of the sample that lies between one long due and one still open."""

HOLIDAYS = ("30/4", "01/5", "1/5")

_DATE = re.compile(
    r"\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    r"|\b(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?\b(?![-/\w])"
)
_YEAR = re.compile(r"(?<![\d/-])20\d\d(?![\d/-])")


class NoSamples(DondocError):
    """The samples are not here: {folder}. Run the demo from a checkout of the project."""

    vi = "Không thấy thư mục mẫu {folder}. Hãy chạy demo từ thư mục dự án."


def sample_units() -> Path:
    """Raises NoSamples."""
    return _present(SAMPLE / "units.xlsx")


def moved_plan(today: date) -> str:
    """The sample's plan file with every date moved so that `DUE_TODAY` is today, and every year
    named in words with it. Raises NoSamples."""
    text = _present(SAMPLE / "plan.yaml").read_text(encoding="utf-8")
    delta = today - DUE_TODAY
    years = today.year - DUE_TODAY.year
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    body = body.replace("code: quan-7-2024", "code: quan-7")
    parts, end = [], 0
    for found in _DATE.finditer(body):
        parts += [_years(body[end : found.start()], years), _moved(found, delta)]
        end = found.end()
    return "".join((*parts, _years(body[end:], years))) + "\n"


def _present(path: Path) -> Path:
    if not path.is_file():
        raise NoSamples(folder=path.parent)
    return path


def _years(text: str, years: int) -> str:
    return _YEAR.sub(lambda found: str(int(found[0]) + years), text)


def _moved(found: re.Match[str], delta: timedelta) -> str:
    if found["iso"]:
        return (date.fromisoformat(found["iso"]) + delta).isoformat()
    if found[0] in HOLIDAYS:
        return found[0]
    year = int(found["year"] or WRITTEN_IN)
    try:
        day = date(year, int(found["month"]), int(found["day"])) + delta
    except ValueError:
        return found[0]
    return f"{day.day}/{day.month}/{day.year}" if found["year"] else f"{day.day}/{day.month}"
