"""What a letter says is decided at the moment of sending, from the rows as they are then."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from dondoc.tables import Contact, Notice, NoticeState, Obligation, Stage, Unit
from notifications import digesting
from notifications.amended import Changes
from notifications.answering import Answers
from notifications.content import (
    LETTER_OF,
    Bucket,
    Content,
    Item,
    Pressed,
    Summary,
    Waiting,
    content_from,
)
from notifications.escalating import told
from notifications.facts import Due as DueFacts
from notifications.facts import ItemMaker, due_columns, due_from
from notifications.holding import keep_written
from notifications.judging import DUE_COLUMNS, Due, ended
from notifications.parcel import Claimed
from notifications.post import Hours

Compose = Callable[[Session, Sequence[Claimed], datetime], dict[int, Content | None]]


class Line(NamedTuple):
    """A notice in a letter, with the obligation as it stands now."""

    letter_id: int
    due: Due
    facts: DueFacts | None


def composer(hours: Hours) -> Compose:
    def compose(
        session: Session, letters: Sequence[Claimed], now: datetime
    ) -> dict[int, Content | None]:
        """None: nothing is left to say; the letter's notices have got their verdicts."""
        return _compose(session, letters, hours=hours, now=now)

    return compose


def _compose(
    session: Session, letters: Sequence[Claimed], *, hours: Hours, now: datetime
) -> dict[int, Content | None]:
    ready = {
        letter.id: content_from(letter.payload)
        for letter in letters
        if letter.payload is not None and letter.urgent
    }
    waiting = [letter for letter in letters if letter.id not in ready]
    keep_written(session, [letter.id for letter in waiting], now=now)
    lines = _alive(session, _lines(session, [letter.id for letter in waiting]), now)
    writer = _Writer(session, lines, hours=hours, now=now)
    by_letter: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_letter[line.letter_id].append(line)
    readers = _readers(session, waiting)
    written = {
        letter.id: writer.content(letter, by_letter[letter.id], readers[letter.id])
        for letter in waiting
    }
    return {**ready, **written}


class Reader(NamedTuple):
    name: str
    unit_name: str
    epoch: int


def _readers(session: Session, letters: Collection[Claimed]) -> dict[int, Reader]:
    seats = {letter.contact_id for letter in letters}
    rows = session.execute(_READERS, {"seats": list(seats)})
    found = {row[0]: Reader(*row[1:]) for row in rows}
    return {letter.id: found[letter.contact_id] for letter in letters if letter.contact_id}


_READERS = (
    select(Contact.id, Contact.name, Unit.name, Contact.link_epoch)
    .join(Unit, Unit.id == Contact.unit_id)
    .where(Contact.id.in_(bindparam("seats", expanding=True)))
)


def _lines(session: Session, letters: Sequence[int]) -> list[Line]:
    return [
        Line(row[0], Due(*row[1:FACTS]), None if row[FACTS] is None else due_from(row[FACTS:]))
        for row in session.execute(_LINES, {"letters": letters})
    ]


FACTS = 1 + len(DUE_COLUMNS)
_LINES = (
    select(Notice.letter_id, *DUE_COLUMNS, *due_columns())
    .outerjoin(Obligation, Obligation.id == Notice.obligation_id)
    .where(
        Notice.letter_id.in_(bindparam("letters", expanding=True)),
        Notice.state == NoticeState.QUEUED,
    )
    .order_by(Notice.id)
)


def _alive(session: Session, lines: Sequence[Line], now: datetime) -> list[Line]:
    verdicts = [
        {"b_id": line.due.id, "b_reason": reason}
        for line in lines
        if (reason := ended(line.due)) is not None
    ]
    if verdicts:
        table = Notice.__table__
        session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("b_id"))
            .values(state=NoticeState.SKIPPED, reason=bindparam("b_reason"), decided_at=now),
            verdicts,
        )
    return [line for line in lines if ended(line.due) is None]


class _Writer:
    def __init__(
        self, session: Session, lines: Sequence[Line], *, hours: Hours, now: datetime
    ) -> None:
        dues = {line.facts.obligation_id: line.facts for line in lines if line.facts}
        upward = {
            line.due.obligation_id
            for line in lines
            if line.due.stage is Stage.ESCALATE and line.due.obligation_id
        }
        self.session = session
        self.hours = hours
        self.now = now
        self.items = ItemMaker(session, dues.values(), hours=hours, now=now)
        self.told = told(session, upward)
        every = [line.due for line in lines]
        self.tellers: dict[Stage, Changes | Answers] = {
            Stage.CHANGED: Changes(session, every),
            Stage.EXTENSION: Answers(session, every),
        }
        self.summaries: dict[int, Summary | None] = {}

    def content(self, letter: Claimed, lines: Sequence[Line], reader: Reader) -> Content | None:
        own = [line for line in lines if line.due.stage not in ASIDE]
        items = self._own(own)
        pressed = self._pressed([line for line in lines if line.due.stage is Stage.ESCALATE])
        waiting = self._waiting([line for line in lines if line.due.stage is Stage.REVIEW])
        summaries = self._summaries([line for line in lines if line.due.stage is Stage.DIGEST])
        if not (items or pressed or waiting or summaries):
            return None
        stages = {self._stage(line, items) for line in own}
        stages |= {Stage.ESCALATE} if pressed else set()
        stages |= {Stage.REVIEW} if waiting else set()
        stages |= {Stage.DIGEST} if summaries else set()
        return Content(
            name=LETTER_OF[max(stages, key=WEIGHT.__getitem__)],
            language=letter.language,
            today=self.hours.today(self.now),
            office=self.items.office(),
            reader=reader.name,
            unit_name=reader.unit_name,
            level=max((one.level for one in pressed), default=None),
            items=tuple(items.values()),
            pressed=pressed,
            waiting=waiting,
            summaries=summaries,
            receipt=None,
            epoch=reader.epoch,
        )

    def _own(self, lines: Sequence[Line]) -> dict[int, Item]:
        found = {
            line.facts.obligation_id: self.items.item(line.facts) for line in lines if line.facts
        }
        for line in lines:
            teller = self.tellers.get(line.due.stage)
            if teller is not None and line.facts is not None:
                id_ = line.facts.obligation_id
                found[id_] = found[id_].but(teller.told(line.due))
        if len(found) < 2:
            return found
        return dict(
            sorted(
                found.items(),
                key=lambda pair: (URGENCY[pair[1].bucket], pair[1].last_on, pair[0]),
            )
        )

    @staticmethod
    def _stage(line: Line, items: dict[int, Item]) -> Stage:
        """Named by what is true today, not by the day it was planned for."""
        if line.due.obligation_id is None:
            return Stage.ANNOUNCE
        if line.due.stage in TOLD_ONCE:
            return line.due.stage
        return BUCKET_STAGE[items[line.due.obligation_id].bucket]

    def _pressed(self, lines: Sequence[Line]) -> tuple[Pressed, ...]:
        by_unit: dict[int, list[Line]] = defaultdict(list)
        for line in lines:
            if line.facts is not None:
                by_unit[line.facts.unit_id].append(line)
        return tuple(
            self._press(unit_id, by_unit[unit_id])
            for unit_id in sorted(by_unit, key=self.items.unit)
        )

    def _press(self, unit_id: int, lines: Sequence[Line]) -> Pressed:
        code, name = self.items.unit(unit_id)
        dates = [
            self.told[line.due.obligation_id]
            for line in lines
            if line.due.obligation_id in self.told
        ]
        notes = sorted({line.due.note for line in lines if line.due.note})
        return Pressed(
            unit=code,
            unit_name=name,
            level=max(line.due.level or 0 for line in lines),
            items=tuple(self._own(lines).values()),
            told_on=self.hours.today(max(dates)) if dates else None,
            note="; ".join(notes),
        )

    def _waiting(self, lines: Sequence[Line]) -> tuple[Waiting, ...]:
        ids = [line.due.obligation_id for line in lines if line.due.obligation_id]
        return digesting.waiting(self.session, ids, self.hours)

    def _summaries(self, lines: Sequence[Line]) -> tuple[Summary, ...]:
        for plan_id in {line.due.plan_id for line in lines} - self.summaries.keys():
            self.summaries[plan_id] = digesting.summary(
                self.session, plan_id, hours=self.hours, now=self.now
            )
        found = [self.summaries[line.due.plan_id] for line in lines]
        return tuple(dict.fromkeys(one for one in found if one is not None))


WEIGHT = {stage: weight for weight, stage in enumerate(Stage)}
URGENCY = {bucket: rank for rank, bucket in enumerate(Bucket)}
TOLD_ONCE = (Stage.ANNOUNCE, Stage.CHANGED, Stage.EXTENSION)
ASIDE = (Stage.ESCALATE, Stage.REVIEW, Stage.DIGEST)
BUCKET_STAGE: dict[Any, Stage] = {
    Bucket.OVERDUE: Stage.OVERDUE,
    Bucket.TODAY: Stage.DUE,
    Bucket.WEEK: Stage.REMIND,
    Bucket.LATER: Stage.REMIND,
}
