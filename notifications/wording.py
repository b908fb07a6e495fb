"""Dates, counts and sizes as an office writes them, in Vietnamese and in English."""

from datetime import date, datetime

from dondoc.changes import ANSWERS, BEFORE, SAID, WAS, What
from dondoc.explaining import ROLES, noted
from dondoc.plan.model import Granularity
from dondoc.tables import Role
from dondoc.words import Language, Words
from notifications.content import Bucket, Item, StandsFor, Waiting

WEEKDAYS = (
    Words("thứ Hai", "Monday"),
    Words("thứ Ba", "Tuesday"),
    Words("thứ Tư", "Wednesday"),
    Words("thứ Năm", "Thursday"),
    Words("thứ Sáu", "Friday"),
    Words("thứ Bảy", "Saturday"),
    Words("Chủ nhật", "Sunday"),
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
QUARTERS = ("I", "II", "III", "IV")

LAST_DAY = Words("hôm nay là ngày cuối cùng", "today is the last day")
LAST_WORKING_DAY = Words(
    "hôm nay là ngày làm việc cuối cùng trước hạn",
    "today is the last working day before the deadline",
)
LEFT = Words("còn {n} ngày", "{n} days left")
LEFT_ONE = Words("còn 1 ngày", "1 day left")
LATE = Words("quá hạn {n} ngày làm việc", "{n} working days late")
LATE_ONE = Words("quá hạn 1 ngày làm việc", "1 working day late")
PAST = Words("đã qua hạn {n} ngày", "{n} days past the date")
PAST_ONE = Words("đã qua hạn 1 ngày", "1 day past the date")

IN_REVIEW = Words("nơi nhận đang xem xét", "waiting for a decision")
REASONED = Words(" (lý do đã báo: {reason})", " (your reason: {reason})")

EXCLUSIVE = Words(
    "trước ngày {due} (hết ngày {last}, {weekday})",
    "before {due} (by the end of {weekday}, {last})",
)
NAMED = Words(
    "trong {period} (hết ngày {last}, {weekday})", "in {period} (by the end of {weekday}, {last})"
)
EXTENDED = Words(
    "gia hạn đến {due} (hạn theo kế hoạch: {before})", "extended to {due} (in the plan: {before})"
)
INSTEAD = Words("Gửi {reader} thay {seat}", "To {reader} in place of {seat}")
UNNAMED = Words("người thay", "the deputy")
ABSENCES = {
    "leave": Words(
        " đang nghỉ từ ngày {since} đến hết ngày {until}.", ", on leave from {since} to {until}."
    ),
    "refused": Words(
        ": hộp thư của vị trí này hiện không nhận được thư.",
        ": that mailbox refuses letters at present.",
    ),
    "vacant": Words(": vị trí này đang khuyết.", ": that post is vacant at present."),
}
NONE_DUE = Words("chưa đến hạn", "none due yet")
AT = Words("{time} ngày {day} (UTC{offset})", "{time} on {day} (UTC{offset})")
MINUTES = Words("{n} phút", "{n} minutes")
HOURS = Words("{n} giờ", "{n} hours")
SIZES = (("MB", 1_000_000), ("kB", 1_000))


def day(value: date, language: Language) -> str:
    """15/4/2024, 05/02/2024: days below 10 and the months 1 and 2 take a zero."""
    if language is Language.EN:
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{short_day(value, language)}/{value.year}"


def short_day(value: date, language: Language) -> str:
    if language is Language.EN:
        return f"{value.day} {MONTHS[value.month - 1]}"
    month = f"{value.month:02}" if value.month < 3 else str(value.month)
    return f"{value.day:02}/{month}"


def weekday(value: date, language: Language) -> str:
    return WEEKDAYS[value.weekday()].text(language)


def dated(value: date, language: Language) -> str:
    """thứ Hai, 15/4/2024."""
    return f"{weekday(value, language)}, {day(value, language)}"


def due(item: Item, language: Language) -> str:
    """The deadline as printed in the plan, with the last day that counts; an extended one with
    both dates."""
    told = _due(item, language)
    if item.extended_from is None:
        return told
    return EXTENDED.text(language, due=told, before=day(item.extended_from, language))


def prolonged(until: date, before: date, language: Language) -> str:
    """gia hạn đến 22/4/2024 (hạn theo kế hoạch: 15/4/2024)."""
    return EXTENDED.text(language, due=day(until, language), before=day(before, language))


def _due(item: Item, language: Language) -> str:
    last = short_day(item.last_on, language)
    named = weekday(item.last_on, language)
    if not item.inclusive:
        return EXCLUSIVE.text(language, due=day(item.due, language), last=last, weekday=named)
    period = _period(item, language)
    if period is None:
        return dated(item.due, language)
    return NAMED.text(language, period=period, last=last, weekday=named)


def _period(item: Item, language: Language) -> str | None:
    year, month = item.due.year, item.due.month
    quarter = (month - 1) // 3
    if item.granularity == Granularity.MONTH:
        return Words(f"tháng {month}/{year}", f"{MONTHS[month - 1]} {year}").text(language)
    if item.granularity == Granularity.QUARTER:
        return Words(f"quý {QUARTERS[quarter]}/{year}", f"Q{quarter + 1} {year}").text(language)
    if item.granularity == Granularity.YEAR:
        return Words(f"năm {year}", f"{year}").text(language)
    return None


def changes(item: Item, language: Language) -> str:
    """What an amendment changed: hạn cũ: 15/4/2024; nơi nhận thay đổi."""
    parts = [SAID[What(code)].text(language) for code in item.changes]
    if item.was is not None:
        was = day(item.was, language)
        was = was if item.was_inclusive else BEFORE.text(language, day=was)
        answered = sum(code in ANSWERS for code in item.changes)
        parts.insert(answered, WAS.text(language, day=was))
    return "; ".join(parts)


def standing(item: Item, language: Language) -> str:
    """Days left, or days late: calendar days before, working days after."""
    if item.bucket is Bucket.DROPPED:
        return SAID[What.DROPPED].text(language)
    if item.days_left < 0:
        return _past(item, language)
    if item.days_left == 0:
        return LAST_DAY.text(language)
    if item.bucket is Bucket.TODAY:
        return LAST_WORKING_DAY.text(language)
    return _counted(item.days_left, LEFT_ONE, LEFT, language)


def review_due(one: Waiting, language: Language) -> str:
    """thứ Hai, 22/4/2024; còn 1 ngày."""
    if one.by is None:
        return ""
    left = one.days_left
    if left == 0:
        said = LAST_DAY.text(language)
    elif left < 0:
        said = _counted(-left, PAST_ONE, PAST, language)
    else:
        said = _counted(left, LEFT_ONE, LEFT, language)
    return f"{dated(one.by, language)}; {said}"


def _past(item: Item, language: Language) -> str:
    if item.bucket is Bucket.INCOMPLETE:
        return IN_REVIEW.text(language)
    if item.late_days > 0:
        return _counted(item.late_days, LATE_ONE, LATE, language)
    return _counted(-item.days_left, PAST_ONE, PAST, language)


def lacking(item: Item, language: Language) -> str:
    """Tờ trình (lý do đã báo: đang trình ký); danh sách."""
    return "; ".join(
        name + (REASONED.text(language, reason=reason) if reason else "")
        for name, reason in item.lacking
    )


def _counted(n: int, one: Words, many: Words, language: Language) -> str:
    return one.text(language) if n == 1 else many.text(language, n=n)


def count(n: int, language: Language) -> str:
    """Vietnamese papers write 03, and a full stop between thousands."""
    if language is Language.EN:
        return f"{n:,}"
    return f"{n:02}" if 0 < n < 10 else f"{n:,}".replace(",", ".")


def note(text: str, language: Language) -> str:
    """The rows' own short words for posts passed over or vacant, said for people."""
    return "; ".join(noted(part).text(language) for part in text.split("; "))


def instead(one: StandsFor, language: Language, reader: str, unit_name: str) -> str:
    """Names both: gửi ông A thay bà B (cán bộ đầu mối) đang nghỉ từ … đến hết …"""
    role = ROLES[Role(one.role)].text(language)
    where = "" if one.unit_name == unit_name else one.unit_name
    about = ", ".join(part for part in (role if one.name else "", where) if part)
    seat = (one.name or role) + (f" ({about})" if about else "")
    said = INSTEAD.text(language, reader=reader or UNNAMED.text(language), seat=seat)
    if one.from_on is None or one.to_on is None:
        return said + ABSENCES[one.absence].text(language)
    days = {"since": day(one.from_on, language), "until": day(one.to_on, language)}
    return said + ABSENCES[one.absence].text(language, **days)


def percent(part: int, whole: int, language: Language) -> str:
    """Rounded down, so that 100 % means all."""
    return NONE_DUE.text(language) if whole == 0 else f"{part * 100 // whole} %"


def size(n: int, language: Language) -> str:
    for unit, factor in SIZES:
        if n >= factor:
            told = f"{n / factor:.1f}".removesuffix(".0")
            return f"{told if language is Language.EN else told.replace('.', ',')} {unit}"
    return f"{n} B"


def lasting(minutes: int, language: Language) -> str:
    """How long something works."""
    hours = minutes >= 120
    return (HOURS if hours else MINUTES).text(language, n=minutes // 60 if hours else minutes)


def instant(iso: str, language: Language) -> str:
    """A local time with its offset: 09:15 ngày 17/5/2024 (UTC+07:00)."""
    at = datetime.fromisoformat(iso)
    offset = f"{at:%z}"
    return AT.text(
        language,
        time=f"{at:%H:%M}",
        day=day(at.date(), language),
        offset=f"{offset[:3]}:{offset[3:]}" if offset else "",
    )
