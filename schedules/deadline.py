"""What a printed date means: Civil Code 2015, art. 147–148."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

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
