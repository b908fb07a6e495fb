"""What a printed date means: Civil Code 2015, art. 147–148."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dondoc.plan.relative import Counted, Relative
from schedules.calendar import ONE_DAY, OfficeCalendar, start_of


class Deadline(NamedTuple):
    """`due_on` as printed; `last_on` the last day that counts (*trước ngày D*: D-1); `target_on`
    the last working day on or before it, at which reminders aim; `rolled_on` the next working day
    when the last day is not one (art. 148.5); `late_at` the end of that day, 24:00 local."""

    due_on: date
    inclusive: bool
    last_on: date
    target_on: date
    rolled_on: date
    late_at: datetime


def deadline(
    due_on: date, *, inclusive: bool, calendar: OfficeCalendar, zone: ZoneInfo
) -> Deadline:
    last_on = due_on if inclusive else due_on - ONE_DAY
    rolled_on = calendar.on_or_after(last_on)
    return Deadline(
        due_on=due_on,
        inclusive=inclusive,
        last_on=last_on,
        target_on=calendar.on_or_before(last_on),
        rolled_on=rolled_on,
        late_at=start_of(rolled_on + ONE_DAY, zone),
    )


def counted_from(day: date, rule: Relative, calendar: OfficeCalendar) -> date:
    """The printed date of what is due so long after or before `day`, which itself is not counted
    (art. 147); weeks and months end on the corresponding day (art. 148.2-3)."""
    match rule.counted:
        case Counted.DAYS:
            return day + timedelta(days=rule.count)
        case Counted.WORKING_DAYS:
            return calendar.shift(day, rule.count)
        case Counted.WEEKS:
            return day + timedelta(weeks=rule.count)
        case Counted.MONTHS:
            return _months_on(day, rule.count)


def _months_on(day: date, count: int) -> date:
    """The month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
