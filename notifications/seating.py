"""Empty seats: who gets the letter instead. Asked at the moment of sending, so that what is planned
for somebody on leave goes to the deputy meanwhile and to the seat again afterwards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from dondoc.problems import Trouble, close_mended, open_problems
from dondoc.tables import (
    PLANNED,
    Cause,
    Contact,
    Instant,
    Notice,
    NoticeState,
    Reason,
    Role,
    Stage,
)
from dondoc.units.standing_in import Reader, absent, readers
from notifications.post import Post

LIMIT = 5_000

Place = tuple[int, int | None, str, int]
"""Plan, obligation, step and due version: what one reader is told once."""
Rungs = tuple[int | None, int, str]
"""Obligation and due version; of a review what its steps begin with."""


class Vacancy(NamedTuple):
    """A due notice for a seat whose person is not there."""

    id: int
    plan_id: int
    obligation_id: int | None
    seat: int
    step: str
    level: int | None
    due_version: int
    role: Role

    @property
    def place(self) -> Place:
        return self.plan_id, self.obligation_id, self.step, self.due_version


def unattended(session: Session, *, today: date, now: datetime) -> dict[int, Reader]:
    """Of seats with due notices, those whose letters go elsewhere or nowhere. What was meant for a
    seat whose person is back is that person's again."""
    close_mended(session, now=now)
    _reseat(session, now)
    return _absent_readers(session, today, now)


def seat(post: Post, found: Mapping[int, Reader], now: datetime) -> int:
    """Due notices for seats that are `unattended` go to the one who stands in; an escalation that
    nobody in the unit can get climbs to the next level with a note; what nobody can get ends as
    no_contact, and the operator sees the seat. Returns how many were dealt with."""
    seats = sorted(found)
    chunks = [seats[start : start + LIMIT] for start in range(0, len(seats), LIMIT)]
    return sum(_seat_some(post, {one: found[one] for one in chunk}, now) for chunk in chunks)


def _seat_some(post: Post, found: Mapping[int, Reader], now: datetime) -> int:
    count = 0
    while True:
        with post.database.writing() as session:
            vacancies = _vacancies(session, found, now)
            _settle(session, vacancies, found, today=post.hours.today(now), now=now)
        count += len(vacancies)
        if len(vacancies) < LIMIT:
            return count


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(PLANNED, Notice.planned_at <= now)


def _reseat(session: Session, now: datetime) -> None:
    """What waited for another day, meant for a seat: who reads it is asked anew."""
    session.execute(_RESEATING, {"now": now})


def _absent_readers(session: Session, today: date, now: datetime) -> dict[int, Reader]:
    seats = session.scalars(_ABSENT, {"now": now, "today": today}).all()
    found = readers(session, seats, today=today) if seats else {}
    return {seat: one for seat, one in found.items() if one.instead or one.contact_id is None}


_C, _NOW = Notice.__table__.c, bindparam("now", type_=Instant)
_RESEATING = (
    update(Notice.__table__)  # type: ignore[arg-type]
    .where(PLANNED, _C.planned_at <= _NOW, _C.stands_for_id.is_not(None))
    .values(contact_id=_C.stands_for_id, stands_for_id=None, note=None)
)
_SEATS = Contact.__table__.c
_ABSENT = (
    select(_C.contact_id)
    .join(Contact.__table__, _SEATS.id == _C.contact_id)
    .where(PLANNED, _C.planned_at <= _NOW, absent(bindparam("today", type_=Date)))
    .distinct()
)


def _vacancies(session: Session, seats: Collection[int], now: datetime) -> list[Vacancy]:
    rows = session.execute(
        select(
            Notice.id,
            Notice.plan_id,
            Notice.obligation_id,
            Notice.contact_id,
            Notice.step,
            Notice.level,
            Notice.due_version,
            Contact.role,
        )
        .join(Contact, Contact.id == Notice.contact_id)
        .where(_due(now), Notice.contact_id.in_(seats))
        .order_by(Notice.id)
        .limit(LIMIT)
        .with_for_update(of=Notice, skip_locked=True)
    )
    return [Vacancy(*row) for row in rows]


def _settle(
    session: Session,
    vacancies: Sequence[Vacancy],
    found: Mapping[int, Reader],
    *,
    today: date,
    now: datetime,
) -> None:
    if not vacancies:
        return
    climbing = [one for one in vacancies if found[one.seat].contact_id is None]
    above = _next_levels(session, climbing, today)
    taken = _taken(session, vacancies)
    moves: list[dict[str, Any]] = []
    ended: dict[Reason, list[Vacancy]] = {Reason.NO_CONTACT: [], Reason.SUPERSEDED: []}
    for one in vacancies:
        reader = found[one.seat]
        there = reader if reader.contact_id else above.get(one.id)
        if there is None:
            ended[Reason.NO_CONTACT].append(one)
        elif (there.contact_id, one.place) in taken:
            ended[Reason.SUPERSEDED].append(one)
        else:
            taken.add((there.contact_id, one.place))
            note = f"{reader.absence}: {one.role}"
            moves.append({"b_id": one.id, "b_note": note, **_place(there)})
    _write(session, moves)
    for reason, several in ended.items():
        _end(session, [one.id for one in several], reason, now)
    lost = {one.seat for one in ended[Reason.NO_CONTACT]}
    open_problems(session, [Trouble(seat, Cause.NO_CONTACT) for seat in sorted(lost)], now=now)


def _place(reader: Reader) -> dict[str, Any]:
    """A superior who is told in another's place does not stand in for that one."""
    return {
        "b_reader": reader.contact_id,
        "b_for": reader.seat if reader.instead else None,
    }


def _next_levels(session: Session, climbing: Sequence[Vacancy], today: date) -> dict[int, Reader]:
    """For each escalation, the reader of the next level of the same obligation that has one."""
    upward = [one for one in climbing if one.level is not None]
    if not upward:
        return {}
    rungs = session.execute(
        select(
            Notice.obligation_id,
            Notice.due_version,
            Notice.step,
            Notice.level,
            Notice.contact_id,
        )
        .where(
            Notice.obligation_id.in_({one.obligation_id for one in upward}),
            Notice.stage.in_((Stage.ESCALATE, Stage.REVIEW)),
            Notice.level.is_not(None),
        )
        .order_by(Notice.level)
    ).all()
    found = readers(session, {row[-1] for row in rungs}, today=today)
    above: dict[Rungs, list[tuple[int, Reader]]] = {}
    for obligation, version, step, level, contact in rungs:
        if found[contact].contact_id is not None:
            key = obligation, version, _review(step)
            above.setdefault(key, []).append((level or 0, found[contact]))
    chosen = {one.id: _higher(one, above) for one in upward}
    return {id_: reader for id_, reader in chosen.items() if reader is not None}


def _review(step: str) -> str:
    return step.rpartition("-")[0] if step.startswith("review-") else ""


def _higher(one: Vacancy, above: Mapping[Rungs, Sequence[tuple[int, Reader]]]) -> Reader | None:
    rungs = above.get((one.obligation_id, one.due_version, _review(one.step)), ())
    return next((reader for level, reader in rungs if level > (one.level or 0)), None)


def _taken(session: Session, vacancies: Sequence[Vacancy]) -> set[tuple[int | None, Place]]:
    """Who is told what already, of the obligations and digests concerned."""
    obligations = {one.obligation_id for one in vacancies if one.obligation_id is not None}
    plans = {one.plan_id for one in vacancies if one.obligation_id is None}
    digest = and_(Notice.obligation_id.is_(None), Notice.plan_id.in_(plans))
    rows = session.execute(
        select(
            Notice.contact_id,
            Notice.plan_id,
            Notice.obligation_id,
            Notice.step,
            Notice.due_version,
        ).where(
            or_(Notice.obligation_id.in_(obligations), digest),
            Notice.step.in_({one.step for one in vacancies}),
        )
    )
    return {(row[0], (row[1], row[2], row[3], row[4])) for row in rows}


def _write(session: Session, moves: Sequence[dict[str, Any]]) -> None:
    if not moves:
        return
    table = Notice.__table__
    session.connection().execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("b_id"))
        .values(
            contact_id=bindparam("b_reader"),
            stands_for_id=bindparam("b_for"),
            note=bindparam("b_note"),
        ),
        list(moves),
    )


def _end(session: Session, notices: Sequence[int], reason: Reason, now: datetime) -> None:
    if notices:
        session.execute(
            update(Notice)
            .where(Notice.id.in_(notices))
            .values(state=NoticeState.SKIPPED, reason=reason, decided_at=now)
            .execution_options(synchronize_session=False)
        )
