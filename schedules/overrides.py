"""The office's own corrections of the calendar: a CSV or .ics file."""

import csv
from datetime import date, datetime
from importlib import import_module
from pathlib import Path

from dondoc.errors import DondocError
from dondoc.settings import Settings
from dondoc.words import Words
from schedules.calendar import OfficeCalendar, OfficeHours, Override

LARGEST = 1_000_000


class CalendarFileWrong(DondocError):
    """Calendar file {file}, {place}: {why}
    A CSV line is: 2027-02-08,off,Tết or 2027-02-13,work,làm bù."""

    vi = (
        "Tệp lịch {file}, {place}: {why}\n"
        "Mỗi dòng CSV có dạng: 2027-02-08,off,Tết hoặc 2027-02-13,work,làm bù."
    )


WORDS = {"off": False, "nghỉ": False, "work": True, "làm việc": True}


def read_overrides(path: Path) -> list[Override]:
    """Raises CalendarFileWrong naming the file and the line."""
    try:
        if path.stat().st_size > LARGEST:
            raise CalendarFileWrong(file=path, place="-", why="> 1 MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CalendarFileWrong(file=path, place="-", why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise CalendarFileWrong(file=path, place=f"byte {error.start}", why="not UTF-8") from error
    return _from_ics(path, text) if path.suffix.lower() == ".ics" else _from_csv(path, text)


def _from_csv(path: Path, text: str) -> list[Override]:
    found = []
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if not row or row[0].strip().startswith("#"):
            continue
        place = Words(f"dòng {number}", f"line {number}")
        try:
            day, word, *name = (cell.strip() for cell in row)
            works = WORDS[word.lower()]
            found.append(Override(date.fromisoformat(day), works=works, name=" ".join(name)))
        except (ValueError, KeyError) as error:
            why = Words(f"không hiểu {','.join(row)!r}", f"cannot read {','.join(row)!r}")
            raise CalendarFileWrong(file=path, place=place, why=why) from error
    return found


def _from_ics(path: Path, text: str) -> list[Override]:
    """All-day events; TRANSP:TRANSPARENT or the category WORK marks a worked day. What reads them
    is loaded with the first such file: every command needs a calendar, few offices have one of
    these."""
    try:
        events = import_module("icalendar").Calendar.from_ical(text).walk("VEVENT")
        return [_from_event(event) for event in events]
    except (ValueError, KeyError, AttributeError) as error:
        raise CalendarFileWrong(file=path, place="-", why=error) from error


def _from_event(event: object) -> Override:
    start = event.decoded("DTSTART")  # type: ignore[attr-defined]
    day = start.date() if isinstance(start, datetime) else start
    works = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"  # type: ignore[attr-defined]
    return Override(day, works=works, name=str(event.get("SUMMARY", "")))  # type: ignore[attr-defined]


def open_calendar(settings: Settings) -> OfficeCalendar:
    """Raises CalendarFileWrong."""
    file = settings.calendar_file
    overrides = read_overrides(file) if file is not None else ()
    return OfficeCalendar(overrides, culture_day=settings.culture_day)


def open_hours(settings: Settings) -> OfficeHours:
    """Raises CalendarFileWrong."""
    return OfficeHours(
        open_calendar(settings),
        zone=settings.zone,
        opens=settings.send_from,
        closes=settings.send_until,
    )
