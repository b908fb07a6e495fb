"""The grammar of date phrases: two tables, one row per wording, each with an example.

A missed wording becomes one row here. Patterns are written against folded text (small letters, no
diacritics, single spaces). `<date:x>` stands for a date in figures or words, `<N>` for a number.
Every row's example is read in the tests, and `docs/reader.md` prints both tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from documents.reading.times import Time

Match = re.Match[str]

_D, _M, _Y = r"(?:[12]\d|3[01]|0?[1-9])", r"(?:1[0-2]|0?[1-9])", r"(?:(?:19|20)\d\d)"
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
            "muoi": 10, "muoi mot": 11, "muoi hai": 12}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDED = "muoi mot|muoi hai|muoi|mot|hai|ba|tu|nam|sau|bay|tam|chin"


def _date(key: str) -> str:
    return (
        rf"(?:(?P<{key}d1>{_D}) ?/ ?(?P<{key}m1>{_M})(?:(?: ?/ ?|,? nam )(?P<{key}y1>{_Y}|\d\d(?![\d/])))?"
        rf"|(?P<{key}d2>{_D}) ?(?P<{key}sep>[.-]) ?(?P<{key}m2>{_M}) ?(?P={key}sep) ?(?P<{key}y2>{_Y})"
        rf"|(?P<{key}d3>{_D}) ?thang ?(?P<{key}m3>{_M}|(?:{_WORDED})\b)(?:(?:,? nam| ?/) ?(?P<{key}y3>{_Y}))?)"
    )


def _pattern(text: str) -> re.Pattern[str]:
    text = re.sub(r"<date:(\w)>", lambda m: _date(m[1]), text)
    for name, meaning in (
        ("D", rf"(?P<day>{_D})"), ("M", rf"(?P<month>{_M})"), ("M2", rf"(?P<month2>{_M})"),
        ("D2", rf"(?P<day2>{_D})"), ("Y", rf"(?P<year>{_Y})"), ("Y2", rf"(?P<year2>{_Y})"),
        ("Q", r"(?P<quarter>iv|i{1,3}|[1-4])"), ("Q2", r"(?P<quarter2>iv|i{1,3}|[1-4])"),
        ("N", r"(?P<n>\d{1,3})(?: ?\([^)]{2,20}\))?"),
        ("UNIT", r"(?P<unit>ngay lam viec|ngay|tuan|thang)"),
        ("TO", r"(?: ?(?:den|toi|cho den|-)(?: het| cuoi)? ?(?:\d{1,2} ?(?:h|g|gio)(?: ?\d{2})?(?: phut)?,? ?)?)"),
        ("AFTER", r"(?:ke tu|tinh tu|tu|sau|tu sau)(?: thoi diem| ngay| khi)*"),
        ("YEARLY", r"(?:hang nam|moi nam|hang nam|thuong nien|cac nam)"),
        ("NEXT", r"(?:cua )?nam (?:sau|ke tiep|tiep theo|lien ke)(?: lien ke| tiep theo| do| nam bao cao| sau)?"),
        ("QUARTERLY", r"(?:cua )?(?:moi |hang |tung |cac )?quy"),
    ):  # fmt: skip
        text = text.replace(f"<{name}>", meaning)
    return re.compile(rf"(?<![\w/])(?<!\d[.,-]){text}(?![\w/]|[.,-]\d)")


def _number(text: str | None) -> int | None:
    if not text:
        return None
    return _NUMBERS.get(text) or _ROMAN.get(text) or int(text)


def _year(text: str | None) -> int | None:
    return None if not text else int(text) + (2000 if len(text) == 2 else 0)


def _part(found: Match, name: str) -> str | None:
    return found.groupdict().get(name)


def day_of(found: Match, key: str = "a") -> Time:
    def part(name: str) -> str | None:
        return next((v for i in "123" if (v := _part(found, f"{key}{name}{i}"))), None)

    return Time(day=_number(part("d")), month=_number(part("m")), year=_year(part("y")))


def _window(found: Match) -> Time:
    end = day_of(found, "b")
    start = day_of(found, "a")
    if start.day is None:  # only the day is named: the rest comes from the end
        start = Time(
            day=_number(_part(found, "day") or _part(found, "day2")),
            month=_number(_part(found, "month")) or end.month,
            year=None if _part(found, "month") else end.year,
        )
    yearly = bool(_part(found, "yearly"))
    return _with(end, start=start, yearly=yearly, after_years=int(bool(_part(found, "next"))))


def _with(time: Time, **changes: object) -> Time:
    return Time(**{**time.__dict__, **changes})


def _yearly_day(found: Match) -> Time:
    return _with(day_of(found), yearly=True)


def _next_year_day(found: Match) -> Time:
    return _with(
        day_of(found),
        year=None,
        after_years=1,
        yearly="hang nam" in found[0] or "moi nam" in found[0],
    )


def _month(found: Match) -> Time:
    return Time(
        granularity="month", month=_number(_part(found, "month")), year=_year(_part(found, "year")),
        yearly=bool(_part(found, "yearly")), after_years=int(bool(_part(found, "next"))),
    )  # fmt: skip


def _months(found: Match) -> Time:
    end = Time(
        granularity="month", month=_number(found["month2"]), year=_year(_part(found, "year2"))
    )
    start = Time(
        granularity="month", month=_number(found["month"]), year=_year(_part(found, "year"))
    )
    return _with(end, start=start, yearly=bool(_part(found, "yearly")))


def _quarter(found: Match) -> Time:
    return Time(
        granularity="quarter", quarter=_number(found["quarter"]), year=_year(_part(found, "year")),
        yearly=bool(_part(found, "yearly")), after_years=int(bool(_part(found, "next"))),
    )  # fmt: skip


def _quarters(found: Match) -> Time:
    end = Time(
        granularity="quarter", quarter=_number(found["quarter2"]), year=_year(_part(found, "year"))
    )
    return _with(end, start=Time(granularity="quarter", quarter=_number(found["quarter"])))


def _week(found: Match) -> Time:
    names = {"dau": 1, "cuoi": 5, "nhat": 1, "hai": 2, "ba": 3, "tu": 4}
    week = names.get(found["week"]) or int(found["week"])
    return Time(
        granularity="week",
        week=week,
        month=_number(found["month"]),
        year=_year(_part(found, "year")),
    )


def _whole_year(found: Match) -> Time:
    return Time(granularity="year", year=_year(_part(found, "year")))


def _half_yearly(found: Match) -> Time:
    first, second = day_of(found, "a"), day_of(found, "b")
    return Time(
        rule={"every": "half_year", "dates": [[first.month, first.day], [second.month, second.day]]}
    )


def _rule(**parts: object) -> Callable[[Match], Time]:
    def build(found: Match) -> Time:
        day = _part(found, "day")
        return Time(rule={**parts, **({"day": int(day)} if day else {})})

    return build


_LISTED: dict[tuple[int, ...], dict[str, object]] = {
    (3, 6, 9, 12): {"every": "quarter", "month_of": "last"},
    (1, 4, 7, 10): {"every": "quarter", "month_of": "first"},
}


def _listed_months(found: Match) -> Time:
    """Quarterly or twice a year; other lists name no recurrence that a plan file knows."""
    day = int(found["day"])
    months = tuple(sorted(int(month) for month in re.findall(r"\d+", found["months"])))
    if len(months) == 2:
        return Time(rule={"every": "half_year", "dates": [[month, day] for month in months]})
    return (
        Time(rule={**_LISTED[months], "day": day}) if months in _LISTED else Time(day=32, month=1)
    )


def _relative(key: str) -> Callable[[Match], Time]:
    def build(found: Match) -> Time:
        count, unit = int(found["n"]), found["unit"]
        if unit == "tuan":
            count, unit = count * 7, "ngay"
        named = {"ngay lam viec": "working_day", "ngay": "day", "thang": "month"}[unit]
        return Time(rule={key: found["event"].strip(" ,.;"), "n": count, "unit": named})

    return build


def _event_year(found: Match) -> Time:
    when = day_of(found)
    return Time(
        rule={
            "event_year": (found["event"] or found["award"]).strip(),
            "month": when.month,
            "day": when.day,
        }
    )


class Row(NamedTuple):
    """`gives` is what the example means, its year taken as 2024 where it names none."""

    name: str
    pattern: re.Pattern[str]
    build: Callable[[Match], Time]
    example: str
    gives: object
    self_sufficient: bool = False


def _row(name: str, pattern: str, build: Callable[[Match], Time], example: str, gives: object, *, alone: bool = False) -> Row:  # fmt: skip
    return Row(name, _pattern(pattern), build, example, gives, alone)


_EVENT = r"(?P<event>(?:[^.;,()]|(?<=tap the), (?=ca nhan)|(?<=to chuc), (?=ca nhan)|(?<=co quan), (?=don vi)){2,90})"

# Tried from the top; what one row has taken no later row reads.
SHAPES: tuple[Row, ...] = (
    _row("before an event by days", rf"(?:truoc|it nhat|toi thieu|cham nhat)(?: la| truoc)* <N> <UNIT>(?: lam viec)?,? truoc(?: khi| ngay| thoi diem)* {_EVENT}",
         _relative("before"), "ít nhất 05 ngày làm việc trước ngày tổ chức hội nghị", {"before": "to chuc hoi nghi", "n": 5, "unit": "working_day"}, alone=True),
    _row("an event before which days", r"truoc(?: khi| ngay| thoi diem)* (?P<event>[^.;,()\d]{4,80}?),? (?:it nhat|toi thieu|cham nhat)(?: la)? <N> <UNIT>",
         _relative("before"), "trước ngày họp xét ít nhất 10 ngày", {"before": "hop xet", "n": 10, "unit": "day"}, alone=True),
    _row("within days of an event", rf"(?:trong|cham nhat|khong qua|sau)(?: thoi han| thoi gian| vong| la| khong qua| cham nhat| trong| sau)* <N> <UNIT>,? (?:<AFTER>) {_EVENT}",
         _relative("after"), "trong thời hạn 10 ngày làm việc kể từ ngày kết thúc đợt thi đua", {"after": "ket thuc dot thi dua", "n": 10, "unit": "working_day"}, alone=True),
    _row("days after an event", rf"<N> <UNIT>,? (?:ke tu|tinh tu|sau)(?: thoi diem| ngay| khi)* {_EVENT}",
         _relative("after"), "15 ngày kể từ ngày nhận hồ sơ", {"after": "nhan ho so", "n": 15, "unit": "day"}, alone=True),
    _row("an event after which days", r"sau (?:khi )?(?P<event>[^.;,()\d]{4,60}?),? (?:cham nhat|trong vong|trong thoi han|khong qua)(?: la)? <N> <UNIT>",
         _relative("after"), "sau khi kết thúc năm học chậm nhất 20 ngày", {"after": "ket thuc nam hoc", "n": 20, "unit": "day"}, alone=True),
    _row("some days before an event", r"truoc (?:khi|ngay)(?: khi)? (?P<event>[^.;,()\d]{4,80}?) <N> <UNIT>(?! truoc)",
         _relative("before"), "trước khi hội đồng họp 05 ngày", {"before": "hoi dong hop", "n": 5, "unit": "day"}, alone=True),
    _row("some days after an event", r"sau (?:khi )?(?P<event>[^.;,()\d]{3,60}) <N> <UNIT>(?! truoc)",
         _relative("after"), "sau hội nghị tổng kết 07 ngày làm việc", {"after": "hoi nghi tong ket", "n": 7, "unit": "working_day"}, alone=True),
    _row("window", r"tu (?:ngay )?(?:<date:a>|<D>[.-]<M>(?=<TO>)|(?:ngay )?<D2>)<TO>(?:truoc )?(?:ngay )?<date:b>(?: (?P<yearly><YEARLY>)| (?P<next><NEXT>))?",
         _window, "từ ngày 30/3 đến ngày 15/4/2024", ["2024-03-30", "2024-04-15"], alone=True),
    _row("window by a dash", r"(?:<date:a>|<D>) ?- ?(?:ngay )?<date:b>(?: (?P<yearly><YEARLY>))?",
         _window, "15/5 - 31/5/2026", ["2026-05-15", "2026-05-31"], alone=True),
    _row("window in words", r"(?:<date:a>) (?:den|toi)(?: het)?(?: ngay)? <date:b>(?: (?P<yearly><YEARLY>))?",
         _window, "ngày 01/10 đến ngày 15/11/2024", ["2024-10-01", "2024-11-15"], alone=True),
    _row("twice a year", r"<date:a>(?: hang nam)?,? (?:va|&)(?: truoc| cham nhat)?(?: la)?(?: ngay)? <date:b> (?:<YEARLY>)",
         _half_yearly, "ngày 20/6 và ngày 20/12 hằng năm", {"every": "half_year", "dates": [[6, 20], [12, 20]]}),
    _row("day of the next quarter", r"<D>,? (?:cua )?thang (?:dau|dau tien|thu nhat)(?: tien)?(?: cua)? quy (?:sau|ke tiep|tiep theo|lien ke)(?: lien ke)?",
         _rule(every="quarter", month_of="after"), "ngày 10 của tháng đầu quý sau", {"every": "quarter", "month_of": "after", "day": 10}),
    _row("day of a quarter's last month", r"<D>,? (?:cua )?thang cuoi(?: cung)?,? (?:<QUARTERLY>)",
         _rule(every="quarter", month_of="last"), "ngày 20 của tháng cuối quý", {"every": "quarter", "month_of": "last", "day": 20}),
    _row("day of a quarter's first month", r"<D>,? (?:cua )?thang (?:dau|dau tien|thu nhat),? (?:<QUARTERLY>)",
         _rule(every="quarter", month_of="first"), "ngày 05 tháng đầu của mỗi quý", {"every": "quarter", "month_of": "first", "day": 5}),
    _row("day of a period's last month", r"<D>,? (?:cua )?thang cuoi(?: cung)?(?: cua)? ky(?: bao cao)?",
         _rule(every="quarter", month_of="last"), "ngày 25 của tháng cuối kỳ báo cáo", {"every": "quarter", "month_of": "last", "day": 25}),
    _row("day after the quarter", r"<D>,? (?:cua )?(?:thang )?(?:cua )?quy (?:sau|ke tiep|tiep theo)",
         _rule(every="quarter", month_of="after"), "ngày 05 của quý sau", {"every": "quarter", "month_of": "after", "day": 5}),
    _row("day of the next month", r"<D>(?: hang thang)?,? (?:cua )?thang (?:sau|ke tiep|tiep theo|lien ke|sau lien ke|ke tiep sau)(?: lien ke)?",
         _rule(every="month", month_of="after"), "ngày 05 của tháng sau", {"every": "month", "month_of": "after", "day": 5}),
    _row("day of listed months", r"<D>,? (?:cua )?(?:cac )?thang (?P<months>\d{1,2}(?:(?:, ?| va | ?; ?)(?:thang )?\d{1,2}){1,3})(?: (?:hang nam|moi nam))?",
         _listed_months, "ngày 20 các tháng 3, 6, 9 và 12", {"every": "quarter", "month_of": "last", "day": 20}),
    _row("day of every month", r"<D>,? (?:cua )?(?:hang|moi|cac|tung) thang",
         _rule(every="month", month_of="same"), "ngày 15 hằng tháng", {"every": "month", "month_of": "same", "day": 15}),
    _row("day of the year of an event", r"<date:a> (?:cua )?nam (?:(?:dien ra|to chuc|tien hanh|co|dien|xay ra) (?P<event>[^.;,()]{2,80})|(?P<award>(?:to chuc )?xet (?:tang|chon|thuong|phong)(?: \w+){0,4}))",
         _event_year, "ngày 15/3 của năm tổ chức Đại hội", {"event_year": "dai hoi", "month": 3, "day": 15}),
    _row("day of the next year", r"<date:a>,? (?:hang nam,? )?<NEXT>",
         _next_year_day, "ngày 15/01 năm sau", "2025-01-15"),
    _row("week of a month", r"tuan (?:thu |le )?(?P<week>dau|cuoi|nhat|hai|ba|tu|[1-5])(?: tien| cung)?(?: cua)? thang <M>(?:(?: ?/ ?| nam )<Y>)?",
         _week, "tuần thứ hai của tháng 12/2024", "2024-12-14"),
    _row("day of every year", r"<date:a>,? (?:cua )?<YEARLY>",
         _yearly_day, "ngày 15/11 hằng năm", {"every": "year", "month": 11, "day": 15}),
    _row("day", r"<date:a>", day_of, "ngày 15/11/2024", "2024-11-15"),
    _row("months", r"(?:tu )?thang <M>(?: ?/ ?<Y>| nam <Y>)?<TO>(?:thang )?<M2>(?:(?: ?/ ?| nam )<Y2>|(?: (?P<yearly><YEARLY>)))".replace("(?: ?/ ?<Y>| nam <Y>)?", r"(?:(?: ?/ ?| nam )<Y>)?"),
         _months, "tháng 10 đến tháng 12/2024", ["2024-10-01", "2024-12-31"]),
    _row("month", r"(?:(?:dau|giua|cuoi|nua dau|nua cuoi|het) )?thang <M>(?:(?:(?: ?[/-] ?| nam )<Y>)| (?P<yearly>(?:cua )?<YEARLY>)| (?P<next><NEXT>))?",
         _month, "tháng 12 năm 2024", "2024-12-31"),
    _row("quarters", r"(?:tu )?quy <Q>(?: ?- ?| den | den quy | den het quy )<Q2>(?:(?: ?/ ?| nam )<Y>)?",
         _quarters, "quý II đến quý III năm 2024", ["2024-04-01", "2024-09-30"]),
    _row("quarter", r"(?:(?:dau|giua|cuoi) )?quy <Q>(?:(?: ?/ ?|,? nam )<Y>| (?P<yearly>(?:cua )?<YEARLY>)| (?P<next><NEXT>))?",
         _quarter, "quý I năm 2025", "2025-03-31"),
    _row("year", r"(?:het |cuoi |trong )?nam <Y>(?! ?[-–])", _whole_year, "năm 2025", "2025-12-31"),
    _row("day of a month unnamed", r"ngay <D>(?! ?(?:thang|/|ngay|dong|don|nguoi))", _rule(), "ngày 20", {"day": 20}),
)  # fmt: skip

_CLOCK = r"(?:,? ?(?:luc |vao luc |vao )?(?P<clock>\d{1,2} ?(?:h|g|gio)(?: ?\d{2})?(?: phut)?),?)?"
_WEEKDAY = r"(?:,? ?(?:ngay )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat),?)?"
_DAY = r"(?:,? ?\(? ?(?:ngay|hom|thang|dot|cuoi|het))*(?: ?\()?"


class Lead(NamedTuple):
    """Words to the left of a date. `strong` ones make a deadline by themselves; beside the others
    the clause must also say that something is handed in."""

    name: str
    wording: str
    inclusive: bool
    strong: bool
    pattern: re.Pattern[str]
    example: str


def _lead(name: str, wording: str, pattern: str, example: str, *, inclusive: bool = True, strong: bool = True) -> Lead:  # fmt: skip
    whole = re.compile(rf"(?<!\w)(?:{pattern}){_CLOCK}{_WEEKDAY}{_DAY}\s*$")
    return Lead(name, wording, inclusive, strong, whole, example)


_SLOT = r"[^.;:\d]{0,60}?"
# The first that fits the words just before the date.
LEADS: tuple[Lead, ...] = (
    _lead("amended to", "hạn cuối", r"(?:thanh|sang|bang cum tu|gia han(?: den| toi| sang)?|lui(?: lai)?(?: den| sang)|keo dai thoi han(?: \w+){0,4}? den|dieu chinh(?: \w+){0,5}? sang)(?: het)?(?: ngay)? ?\"?", "gia hạn đến ngày 15/11/2024"),
    _lead("not later than before", "trước ngày", r"(?:cham nhat|muon nhat)(?: la)?(?: vao)? truoc", "chậm nhất là trước ngày 15/11/2024", inclusive=False),
    _lead("deadline named", "hạn cuối", r"(?:han cuoi(?: cung)?|han chot|han nop|han gui|thoi han cuoi(?: cung)?|thoi diem cuoi cung|ngay cuoi cung)" + _SLOT + r"(?: ?:| la| vao| den| truoc| het)*", "hạn cuối nộp hồ sơ là ngày 15/11/2024"),
    _lead("no later than", "chậm nhất", r"(?:cham nhat|muon nhat|tre nhat|khong (?:muon|cham|tre) hon)(?: la| vao| den| trong| het|,)*", "chậm nhất là ngày 15/11/2024"),
    _lead("not beyond", "không quá", r"khong (?:duoc )?(?:vuot )?qua(?: het)?", "không quá ngày 15/11/2024"),
    _lead("before", "trước ngày", r"(?:xong )?truoc(?: thoi diem)?", "trước ngày 15/11/2024", inclusive=False),
    _lead("planned", "dự kiến", r"(?:thoi gian )?du kien(?: thoi gian)?(?: ?:)?(?: to chuc| thuc hien| hoan thanh)?(?: vao| trong| la| den| truoc)*", "dự kiến ngày 15/12/2024", strong=False),
    _lead("up to the end of", "đến hết ngày", r"(?:den het|cho den het|toi het|het)", "đến hết ngày 15/11/2024"),
    _lead("term named", "hạn cuối", r"(?:thoi (?:han|gian|diem) (?:nop|gui|nhan|tiep nhan|bao cao|hoan thanh|trinh|dang ky)" + _SLOT + r"|thoi han|(?<!thoi )(?<!co )han)(?: ?:| la| vao| den| truoc| het)+", "thời gian nộp hồ sơ: ngày 15/11/2024"),
    _lead("until", "đến hết ngày", r"(?:cho den|den|toi)", "đến ngày 15/11/2024", strong=False),
    _lead("during", "trong tháng", r"(?:trong|vao|xong trong)(?: khoang| dip)?", "trong tháng 11/2024", strong=False),
    _lead("time named", "hạn cuối", r"(?:thoi gian|tien do|thoi diem|thoi han)" + _SLOT + r"(?: ?:| la)+", "Thời gian: ngày 15/11/2024", strong=False),
)  # fmt: skip


NO_ROW = _row("none", r"(?!)", lambda _: Time(), "", None)


class Phrase(NamedTuple):
    """A date phrase at text[start:end]; its lead begins at `begin`."""

    begin: int
    start: int
    end: int
    row: Row
    time: Time
    lead: Lead | None
    clock: str | None = None


_COULD_DATE = re.compile(r"\d|(?<!\w)quy(?!\w)")


@lru_cache(maxsize=1024)
def phrases_in(text: str) -> tuple[Phrase, ...]:
    """Every date phrase of one folded text, in order, none overlapping."""
    if _COULD_DATE.search(text) is None:
        return ()
    taken = bytearray(len(text))
    found: list[Phrase] = []
    for row in SHAPES:
        for match in row.pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            time = row.build(match)
            if not time.exists() or _reaches(time, row):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(_phrase(text, match, row, time))
    return _coordinated(text, sorted(found, key=lambda phrase: phrase.start))


_AND = re.compile(r" ?(?:,|va|hoac|&)(?: truoc)?(?: la)?(?: ngay)? ")


def _coordinated(text: str, found: list[Phrase]) -> tuple[Phrase, ...]:
    """ "trước ngày 25/6 và 25/11": the words before the first date speak for the second."""
    joined: list[Phrase] = []
    for phrase in found:
        last = joined[-1] if joined else None
        same = last is not None and last.lead is not None and last.row.name == phrase.row.name
        beside = last is not None and _AND.fullmatch(text[last.end : phrase.start])
        spoken = last.lead if last and same and beside and phrase.lead is None else phrase.lead
        joined.append(phrase._replace(lead=spoken))
    return tuple(joined)


def _reaches(time: Time, row: Row) -> bool:
    """A dash between two whole dates years apart is an anniversary, not a window: left to the day."""
    if time.start is None or not row.name.startswith("window"):
        return False
    start, end = time.start.year, time.year
    return start is not None and (end is None or abs(end - start) > 1)


def _phrase(text: str, match: Match, row: Row, time: Time) -> Phrase:
    left = text[max(0, match.start() - 110) : match.start()]
    for lead in LEADS:
        fits = lead.pattern.search(left)
        if fits is not None:
            begin = match.start() - len(left) + fits.start()
            return Phrase(begin, match.start(), match.end(), row, time, lead, fits["clock"])
    begin = match.start() - (5 if left.endswith("ngay ") else 0)
    return Phrase(begin, match.start(), match.end(), row, time, None)
