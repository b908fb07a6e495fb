"""Vacant seats: who gets the letter instead."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from dondoc.tables import PLANNED, Contact, Notice, NoticeState, Obligation, Reason, Role, Stage
from notifications.escalating import open_problems

LIMIT = 5_000


class Vacancy(NamedTuple):
    id: int
    obligation_id: int | None
    stage: Stage
    step: str
    level: int | None
    due_version: int
    seat_unit: int
    owing_unit: int | None
    seat_role: Role


def fill_vacancies(session: Session, now: datetime) -> int:
    """Due notices for vacant seats go to the unit's deputy; an escalation else climbs to the next
    level with a note; what nobody can get ends as no_contact, and the operator sees the unit.

    Returns how many were dealt with.
    """
    vacancies = _vacancies(session, now)
    if not vacancies:
        return 0
    deputies = _deputies(session, {vacancy.seat_unit for vacancy in vacancies})
    unreached = set()
    for vacancy in vacancies:
        seat = deputies.get(vacancy.seat_unit)
        if seat is None and vacancy.level is not None:
            seat = _next_level(session, vacancy)
        if seat is None:
            _end(session, vacancy.id, Reason.NO_CONTACT, now)
            unreached.add(vacancy.owing_unit if vacancy.level is None else vacancy.seat_unit)
        elif _taken(session, vacancy, seat):
            _end(session, vacancy.id, Reason.SUPERSEDED, now)
        else:
            _move(session, vacancy, seat)
    open_problems(session, [unit for unit in unreached if unit], now, why="no_contact")
    return len(vacancies)


def _vacancies(session: Session, now: datetime) -> list[Vacancy]:
    rows = session.execute(
        select(
            Notice.id,
            Notice.obligation_id,
            Notice.stage,
            Notice.step,
            Notice.level,
            Notice.due_version,
            Contact.unit_id,
            Obligation.unit_id,
            Contact.role,
        )
        .join(Contact, Contact.id == Notice.contact_id)
        .outerjoin(Obligation, Obligation.id == Notice.obligation_id)
        .where(
            PLANNED,
            Notice.planned_at <= now,
            Contact.email.is_(None),
        )
        .order_by(Notice.id)
        .limit(LIMIT)
        .with_for_update(of=Notice, skip_locked=True)
    )
    return [Vacancy(*row) for row in rows]


def _deputies(session: Session, units: Iterable[int]) -> dict[int, int]:
    return dict(
        session.execute(
            select(Contact.unit_id, Contact.id)
            .where(
                Contact.unit_id.in_(list(units)),
                Contact.role == Role.DEPUTY,
                Contact.email.is_not(None),
            )
            .order_by(Contact.position.desc())
        )
        .tuples()
        .all()
    )


def _next_level(session: Session, vacancy: Vacancy) -> int | None:
    seat = aliased(Contact)
    return session.scalar(
        select(Notice.contact_id)
        .join(seat, seat.id == Notice.contact_id)
        .where(
            Notice.obligation_id == vacancy.obligation_id,
            Notice.stage == Stage.ESCALATE,
            Notice.due_version == vacancy.due_version,
            Notice.level > vacancy.level,
            seat.email.is_not(None),
        )
        .order_by(Notice.level)
        .limit(1)
    )


def _taken(session: Session, vacancy: Vacancy, seat: int) -> bool:
    return (
        session.scalar(
            select(Notice.id).where(
                Notice.obligation_id == vacancy.obligation_id,
                Notice.step == vacancy.step,
                Notice.due_version == vacancy.due_version,
                Notice.contact_id == seat,
            )
        )
        is not None
    )


def _move(session: Session, vacancy: Vacancy, seat: int) -> None:
    note = f"vacant: {vacancy.seat_role}"
    session.execute(
        update(Notice).where(Notice.id == vacancy.id).values(contact_id=seat, note=note)
    )


def _end(session: Session, notice_id: int, reason: Reason, now: datetime) -> None:
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id)
        .values(state=NoticeState.SKIPPED, reason=reason, decided_at=now)
    )
