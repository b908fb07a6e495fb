"""Whether a version came in time, against the unit's own date."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dondoc.tables import Obligation
from dondoc.tally import days_late
from dondoc.words import Words

LateDays = Callable[[datetime, datetime], int]
"""Working days from the instant lateness began to another, both counted."""


class Punctual(StrEnum):
    """`incomplete`: received with parts missing, for stated reasons; neither in time nor late."""

    ON_TIME = "on_time"
    ON_TIME_EXTENDED = "on_time_extended"
    LATE = "late"
    INCOMPLETE = "incomplete"


PUNCTUAL = {
    Punctual.ON_TIME: Words("đúng hạn", "on time"),
    Punctual.ON_TIME_EXTENDED: Words("đúng hạn đã gia hạn", "on time, extended"),
    Punctual.LATE: Words("muộn", "late"),
    Punctual.INCOMPLETE: Words("thiếu, có lý do", "incomplete with reasons"),
}


class Timeliness(NamedTuple):
    """`late_days` are calendar days, or working days where the caller has a calendar."""

    punctual: Punctual
    late_days: int


def timeliness(
    obligation: Obligation, at: datetime, *, late_days: LateDays | None = None
) -> Timeliness:
    """`on_time_extended`: after the date as printed, within the unit's extension."""
    if at < obligation.late_at:
        in_printed = at < obligation.occurrence.late_at
        return Timeliness(Punctual.ON_TIME if in_printed else Punctual.ON_TIME_EXTENDED, 0)
    if late_days is not None:
        return Timeliness(Punctual.LATE, max(1, late_days(obligation.late_at, at)))
    zone = ZoneInfo(obligation.occurrence.milestone.plan.time_zone)
    return Timeliness(Punctual.LATE, days_late(at, obligation.late_at, zone))
