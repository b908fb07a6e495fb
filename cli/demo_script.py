"""What units and officials do in the sample year; the same in every demo."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zlib import crc32

from sqlalchemy import select

from cli.simulation import Simulation
from dondoc.decision import Decision
from dondoc.extensions import ask
from dondoc.tables import Milestone, Obligation, Occurrence, Unit
from schedules.rehearsal import Scripted
from schedules.returning import Wanted, give_back

LATE_IN_A_HUNDRED = 12
NEVER_IN_A_HUNDRED = 8
"""of the units that owe something: these never hand it in"""
DECIDED_AFTER = timedelta(days=2)
FORGOTTEN_IN_A_HUNDRED = 6
"""of what was handed in: nobody has looked at these yet"""
ASKED_BEFORE = timedelta(days=1)
ASKED_FOR = timedelta(days=7)
ASKING = (
    "Thủ trưởng đơn vị đi công tác đến cuối tuần, chưa ký được báo cáo.",
    "Số liệu của hai khu phố đang được rà soát lại.",
)
RETURNED_BEFORE = timedelta(days=2)
FLAWS = ("Thiếu chữ ký của thủ trưởng đơn vị.", "Số liệu ở biểu 2 không khớp với báo cáo.")


class Owed(NamedTuple):
    """`at` is when the unit hands in; None: never."""

    id: int
    unit: str
    milestone: str
    last_on: date
    at: datetime | None


def script(simulated: Simulation, now: datetime) -> list[Scripted]:
    """Most hand in before the last day, some late, some never; most of it is accepted."""
    owed = list(_owed(simulated))
    handed: dict[datetime, list[int]] = defaultdict(list)
    accepted: dict[datetime, list[int]] = defaultdict(list)
    waiting: list[int] = []
    for one in owed:
        if one.at is None or one.at >= now:
            continue
        handed[one.at].append(one.id)
        decided = one.at + DECIDED_AFTER
        if decided < now and _luck(f"{one.milestone}/{one.unit}") >= FORGOTTEN_IN_A_HUNDRED:
            accepted[decided].append(one.id)
        elif decided < now - RETURNED_BEFORE:
            waiting.append(one.id)
    done = [Scripted(at, simulated.hands_in(ids)) for at, ids in handed.items()]
    done += [Scripted(at, simulated.accepts(ids)) for at, ids in accepted.items()]
    for id_, flaw in zip(waiting, FLAWS, strict=False):
        done.append(Scripted(now - RETURNED_BEFORE, _returns(simulated, id_, flaw)))
    late = [one.id for one in owed if one.at is None and one.last_on < now.date()]
    for id_, why in zip(reversed(late), ASKING, strict=False):
        done.append(Scripted(now - ASKED_BEFORE, _asks(simulated, id_, why)))
    return sorted(done, key=lambda scripted: scripted.at)


def _owed(simulated: Simulation) -> Iterator[Owed]:
    with simulated.database.reading() as session:
        rows = session.execute(
            select(Obligation.id, Unit.code, Milestone.code, Obligation.last_on)
            .join(Unit, Unit.id == Obligation.unit_id)
            .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
            .join(Milestone, Milestone.id == Occurrence.milestone_id)
            .where(Occurrence.silent.is_(False))
            .order_by(Obligation.id)
        ).all()
    for id_, unit, milestone, last_on in rows:
        yield Owed(id_, unit, milestone, last_on, _at(unit, milestone, last_on, simulated))


def _at(unit: str, milestone: str, last_on: date, simulated: Simulation) -> datetime | None:
    luck = _luck(f"{unit}/{milestone}")
    if luck < NEVER_IN_A_HUNDRED:
        return None
    days = luck % 4 + 1 if luck < NEVER_IN_A_HUNDRED + LATE_IN_A_HUNDRED else -(luck % 12)
    hour = time(9 + luck % 7, luck % 60)
    return datetime.combine(last_on + timedelta(days=days), hour, simulated.hours.zone)


def _luck(whose: str) -> int:
    """From 0 to 99."""
    return crc32(whose.encode()) % 100


def _asks(simulated: Simulation, obligation: int, why: str) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        today = simulated.hours.today(now)
        with simulated.database.writing() as session:
            owed = session.get_one(Obligation, obligation)
            decision = Decision(actor=owed.unit.code, reason=why, now=now)
            ask(session, owed, today + ASKED_FOR, decision, today=today)

    return act


def _returns(simulated: Simulation, obligation: int, flaw: str) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        decision = Decision(actor="demo", reason=flaw, now=now)
        with simulated.database.writing() as session:
            owed = session.get_one(Obligation, obligation)
            give_back(session, owed, Wanted(), decision, hours=simulated.hours)

    return act
