"""A unit asks for a later date; the office grants another or the same, denies or revokes it.

What moves the dates is in `schedules.extending`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, joinedload

from dondoc.changes import Change, What
from dondoc.decision import Decision, DecisionRefused, NothingToExtend
from dondoc.queries import EXTENSION, not_found
from dondoc.record import about, enter
from dondoc.tables import (
    ASKED,
    Extension,
    ExtensionState,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Stage,
)
from dondoc.telling import Telling, tell
from dondoc.words import Words

STATES = {
    ExtensionState.ASKED: Words("đang đề nghị", "asked for"),
    ExtensionState.GRANTED: Words("đã gia hạn", "granted"),
    ExtensionState.DENIED: Words("không chấp thuận", "denied"),
    ExtensionState.CHANGED: Words("đã thay bằng hạn khác", "changed to another date"),
    ExtensionState.REVOKED: Words("đã thu hồi", "revoked"),
    ExtensionState.WITHDRAWN: Words("đơn vị đã rút", "withdrawn by the unit"),
    ExtensionState.LAPSED: Words("không còn cần", "no longer needed"),
}


class NotLater(DecisionRefused):
    """{unit}: {until} is not after the date it has now, {due}."""

    vi = "{unit}: ngày {until} không sau hạn đang có, {due}."


class DayPassed(DecisionRefused):
    """{unit}: {until} is over; a date that can still be met is needed."""

    vi = "{unit}: ngày {until} đã qua; cần một ngày còn kịp thực hiện."


class NotAsked(DecisionRefused):
    """Extension {id}: {state}; only what is asked for can be decided."""

    vi = "Gia hạn số {id}: {state}; chỉ quyết định được đề nghị đang chờ."


def ask(
    session: Session, obligation: Obligation, until: date, decision: Decision, *, today: date
) -> Extension:
    """By the unit, `decision.reason` is its own; asked again, the last question counts. Raises
    NothingToExtend, NotLater, DayPassed."""
    if not obligation.undelivered:
        raise NothingToExtend.of(obligation)
    refuse_earlier(obligation, until, today=today)
    _end(session, [obligation.id], ExtensionState.WITHDRAWN, decision.actor, decision.now)
    asked = Extension(
        obligation_id=obligation.id,
        state=ExtensionState.ASKED,
        asked_until=until,
        asked_reason=decision.reason.strip(),
        asked_by=decision.actor,
        asked_at=decision.now,
    )
    session.add(asked)
    session.flush()
    entry = about(obligation, actor=decision.actor, action="ask", extension=asked.id, until=until)
    unit = decision.on_behalf or obligation.unit.code
    enter(session, replace(entry, on_behalf=unit, reason=decision.reason), now=decision.now)
    return asked


def refuse_earlier(obligation: Obligation, until: date, *, today: date) -> None:
    """Raises NotLater, DayPassed."""
    if until <= obligation.last_on:
        raise NotLater(
            unit=obligation.unit.code,
            until=f"{until:%d/%m/%Y}",
            due=f"{obligation.last_on:%d/%m/%Y}",
        )
    refuse_passed(obligation, until, today=today)


def refuse_passed(obligation: Obligation, until: date, *, today: date) -> None:
    """Raises DayPassed."""
    if until < today:
        raise DayPassed(unit=obligation.unit.code, until=f"{until:%d/%m/%Y}")


def withdraw(session: Session, extension: Extension, decision: Decision) -> None:
    """By the unit. Raises NotAsked."""
    _decide(session, extension, ExtensionState.WITHDRAWN)
    extension.ended_by, extension.ended_at = decision.actor, decision.now
    obligation = extension.obligation
    entry = about(obligation, actor=decision.actor, action="withdraw", extension=extension.id)
    unit = decision.on_behalf or obligation.unit.code
    enter(session, replace(entry, on_behalf=unit, reason=decision.reason), now=decision.now)


def deny(session: Session, extension: Extension, decision: Decision) -> None:
    """The date stays; the unit is told why. Raises NotAsked."""
    _decide(session, extension, ExtensionState.DENIED)
    extension.reason = decision.reason.strip()
    extension.decided_by, extension.decided_at = decision.actor, decision.now
    change = Change(what=(What.DENIED,)).text
    told = Telling(Stage.EXTENSION, f"denied-{extension.id}", change)
    tell(session, [extension.obligation_id], told, at=decision.now)
    entry = about(
        extension.obligation,
        actor=decision.actor,
        action="deny",
        extension=extension.id,
        until=extension.asked_until,
    )
    enter(session, replace(entry, reason=decision.reason), now=decision.now)


def lapse(session: Session, obligations: Sequence[int], *, now: datetime) -> None:
    """Nobody needs to decide any more."""
    _end(session, obligations, ExtensionState.LAPSED, None, now)


def extension_by_id(session: Session, id_: int) -> Extension:
    """Raises NotFound."""
    found = session.get(Extension, id_)
    if found is None:
        raise not_found(EXTENSION, str(id_), ())
    return found


def asked_for(session: Session, obligation: Obligation) -> Extension | None:
    return _one(session, obligation, ExtensionState.ASKED)


def granted(session: Session, obligation: Obligation) -> Extension | None:
    return _one(session, obligation, ExtensionState.GRANTED)


def extensions(*, plan: Plan | None = None, waiting: bool = False) -> Select[tuple[Extension]]:
    """In the order in which they were asked for or granted; `waiting`: not decided yet."""
    chosen = (
        select(Extension)
        .join(Extension.obligation)
        .join(Obligation.occurrence)
        .join(Occurrence.milestone)
        .options(
            joinedload(Extension.obligation)
            .joinedload(Obligation.occurrence)
            .joinedload(Occurrence.milestone)
            .joinedload(Milestone.plan),
            joinedload(Extension.obligation).joinedload(Obligation.unit),
        )
        .order_by(Extension.id)
    )
    if plan is not None:
        chosen = chosen.where(Milestone.plan_id == plan.id)
    return chosen.where(ASKED) if waiting else chosen


def refuse_decided(extension: Extension) -> None:
    """Raises NotAsked."""
    if extension.state is not ExtensionState.ASKED:
        raise NotAsked(id=extension.id, state=STATES[extension.state])


def _decide(session: Session, extension: Extension, state: ExtensionState) -> None:
    """Two officials may decide at once: the first wins. Raises NotAsked."""
    refuse_decided(extension)
    won = session.execute(
        update(Extension)
        .where(Extension.id == extension.id, Extension.state == ExtensionState.ASKED)
        .values(state=state)
    )
    session.refresh(extension)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAsked(id=extension.id, state=STATES[extension.state])


def _one(session: Session, obligation: Obligation, state: ExtensionState) -> Extension | None:
    return session.scalar(
        select(Extension).where(Extension.obligation_id == obligation.id, Extension.state == state)
    )


def _end(
    session: Session,
    obligations: Sequence[int],
    state: ExtensionState,
    actor: str | None,
    now: datetime,
) -> None:
    session.execute(
        update(Extension)
        .where(Extension.obligation_id.in_(obligations), Extension.state == ExtensionState.ASKED)
        .values(state=state, ended_by=actor, ended_at=now)
    )
