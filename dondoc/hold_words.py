"""What is on hold, until when and why, in words."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dondoc.explaining import ONLY_UPWARD
from dondoc.tables import Group, Hold, Milestone, Plan, Unit
from dondoc.words import Words

HELD = Words(
    "tạm dừng từ {start} đến {end}: {reason} ({by})",
    "on hold from {start} to {end}: {reason} ({by})",
)
HELD_ON = Words(
    "tạm dừng từ {start} đến khi có lệnh mới: {reason} ({by})",
    "on hold from {start} until released: {reason} ({by})",
)


def held(hold: Hold, zone: ZoneInfo) -> Words:
    """Who holds it, why, and until when."""
    end = hold.ended_at or hold.until
    said = HELD_ON if end is None else HELD
    start = f"{hold.starts_at.astimezone(zone):%H:%M %d/%m/%Y}"
    ends = Words("", "") if end is None else end_of(end, zone)
    facts = {"start": start, "reason": hold.reason, "by": hold.placed_by}
    return Words(said.vi.format(end=ends.vi, **facts), said.en.format(end=ends.en, **facts))


def end_of(at: datetime, zone: ZoneInfo) -> Words:
    """Midnight is the end of the day before, as a person says it."""
    there = at.astimezone(zone)
    if there.time() != time():
        return Words(f"{there:%H:%M %d/%m/%Y}", f"{there:%H:%M %d/%m/%Y}")
    day = f"{there - timedelta(days=1):%d/%m/%Y}"
    return Words(f"hết ngày {day}", f"the end of {day}")


HOLDS = {
    "plan": Words("kế hoạch {code}", "plan {code}"),
    "milestone": Words("mốc {code}", "milestone {code}"),
    "group": Words("cụm, khối {code}", "group {code}"),
    "unit": Words("đơn vị {code}", "unit {code}"),
}
ALL_MAIL = Words("mọi thư nhắc", "all mail")


def what_is_held(hold: Hold, *, named: bool = False) -> Words:
    """By codes, as commands take them, or `named`."""
    scopes = {name: getattr(hold, name) for name in HOLDS}
    parts = [
        Words(*(said.format(code=_name(one) if named else one.code) for said in HOLDS[name]))
        for name, one in scopes.items()
        if one is not None
    ] or [ALL_MAIL]
    parts += [ONLY_UPWARD] if hold.only_upward else []
    return Words(", ".join(one.vi for one in parts), ", ".join(one.en for one in parts))


def _name(one: Plan | Milestone | Group | Unit) -> str:
    return (one.number or one.title) if isinstance(one, Plan) else one.name
