"""What a letter says is decided at the moment of sending, from the rows as they are then."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, Update, bindparam, update
from sqlalchemy.orm import Session

from dondoc.bulk import among, dialect_of
from dondoc.database import to_write
from dondoc.tables import Instant, Notice, NoticeState, Reason, Stage
from notifications import digesting, joining
from notifications.amended import Changes
from notifications.answering import Answers
from notifications.carrying import Composed, Doubt, carried, elsewhere, release
from notifications.content import (
    LETTER_OF,
    Bucket,
    Content,
    Item,
    Pressed,
    StandsFor,
    Summary,
    Waiting,
    content_from,
)
from notifications.departed import Departed, departed
from notifications.escalating import told
from notifications.facts import ItemMaker
from notifications.holding import keep_written
from notifications.judging import ended
from notifications.lines import Line, Reader, lines_of, readers_of
from notifications.naming import instead
from notifications.parcel import Claimed
from notifications.post import Hours
from notifications.takeovers import Takeovers

_NOTICES: Table = Notice.__table__  # type: ignore[assignment]

Compose = Callable[[Session, Sequence[Claimed], datetime], Composed]


def composer(hours: Hours) -> Compose:
    def compose(session: Session, letters: Sequence[Claimed], now: datetime) -> Composed:
        """What is put off has no content; where nothing is left to say, the letter's notices have
        got their verdicts. Raises ReadsOnly where something is to be changed in a session that only
        reads."""
        return _compose(session, letters, hours=hours, now=now)

    return compose


def _compose(
    session: Session, letters: Sequence[Claimed], *, hours: Hours, now: datetime
) -> Composed:
    ready = {
        letter.id: content_from(letter.payload)
        for letter in letters
        if letter.payload is not None and letter.urgent
    }
    waiting = [letter for letter in letters if letter.id not in ready]
    waiting = joining.keep_apart(session, waiting, hours, now)
    found = _standing(session, waiting, hours.today(now), now)
    lines = _alive(session, found, departed(session, hours.today(now)), now)
    writer = _Writer(session, lines, hours=hours, now=now)
    by_letter: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_letter[line.letter_id].append(line)
    readers = readers_of(session, waiting, lines)
    written = {
        letter.id: writer.content(letter, by_letter[letter.id], readers[letter.id])
        for letter in waiting
    }
    notices = carried(session, ready) if ready else {}
    for letter_id, those in by_letter.items():
        notices[letter_id] = [line.due.id for line in those]
    return Composed({**ready, **written}, notices)


def _standing(
    session: Session, letters: Sequence[Claimed], today: date, now: datetime
) -> list[Line]:
    """Without what another person reads by now, because somebody left, came back, or went on leave
    since, and without what a hold keeps back."""
    addresses = {letter.id: letter.address for letter in letters}
    found = lines_of(session, list(addresses), today)
    doubts = [
        Doubt(line.due.id, line.stands_for or line.due.contact_id, addresses[line.letter_id])
        for line in found
        if line.absent or line.address != addresses[line.letter_id]
    ]
    lost = elsewhere(session, doubts, today)
    if lost:
        to_write(session)
        release(session, lost)
    held = keep_written(session, list(addresses), now=now)
    return lines_of(session, list(addresses), today) if lost or held else found


def _alive(session: Session, lines: Sequence[Line], gone: Departed, now: datetime) -> list[Line]:
    alive = []
    somebody_left = bool(gone.units)
    over: dict[Reason, list[int]] = defaultdict(list)
    for line in lines:
        reason = ended(line.due) or (gone.ended(line.due) if somebody_left else None)
        if reason is None:
            alive.append(line)
        else:
            over[reason].append(line.due.id)
    if over:
        to_write(session)
    for reason, ids in over.items():
        told = {"ids": ids, "reason": reason, "now": now}
        session.execute(_skipping(dialect_of(session)), told)
    return alive


@cache
def _skipping(dialect: str) -> Update:
    return (
        update(_NOTICES)
        .where(among(dialect, _NOTICES.c.id, "ids"))
        .values(
            state=NoticeState.SKIPPED,
            reason=bindparam("reason", type_=_NOTICES.c.reason.type),
            decided_at=bindparam("now", type_=Instant),
        )
    )


class Aside(NamedTuple):
    """What a letter says beside what its reader's own unit owes."""

    pressed: tuple[Pressed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    summaries: tuple[Summary, ...] = ()
    stages: tuple[Stage, ...] = ()


ASIDE = (Stage.ESCALATE, Stage.REVIEW, Stage.DIGEST)
"""In the order of `Aside`."""
_NOTHING = Aside()


class _Writer:
    def __init__(
        self, session: Session, lines: Sequence[Line], *, hours: Hours, now: datetime
    ) -> None:
        dues = {line.facts.obligation_id: line.facts for line in lines if line.facts}
        escalation = Stage.ESCALATE
        upward = {
            line.due.obligation_id
            for line in lines
            if line.due.stage is escalation and line.due.obligation_id
        }
        self.session = session
        self.hours = hours
        self.now = now
        self.today = hours.today(now)
        units = {line.facts.unit_id: line.unit for line in lines if line.facts}
        self.items = ItemMaker(session, dues.values(), hours=hours, now=now, units=units)
        self.told = told(session, upward)
        telling = [line.due for line in lines if line.due.stage in TELLING]
        self.tellers: dict[Stage, Changes | Answers | Takeovers] = {
            Stage.CHANGED: Changes(session, telling),
            Stage.EXTENSION: Answers(session, telling),
            Stage.TAKEN_OVER: Takeovers(session, telling, hours.today(now)),
        }
        seats = {line.stands_for for line in lines if line.stands_for is not None}
        self.instead = instead(session, seats, hours.today(now))
        self.summaries: dict[int, Summary | None] = {}

    def content(self, letter: Claimed, lines: Sequence[Line], reader: Reader) -> Content | None:
        own = [line for line in lines if line.due.stage not in ASIDE]
        items = self._own(own)
        aside = _NOTHING if len(own) == len(lines) else self._aside(lines)
        stages = [self._stage(line, items) for line in own]
        stages += aside.stages
        if not (items or aside.stages):
            return None
        return Content(
            name=LETTER_OF[max(stages, key=WEIGHT.__getitem__)],
            language=letter.language,
            today=self.today,
            office=self.items.office,
            reader=reader.name,
            unit_name=reader.unit_name,
            level=max(one.level for one in aside.pressed) if aside.pressed else None,
            items=tuple(items.values()),
            pressed=aside.pressed,
            waiting=aside.waiting,
            summaries=aside.summaries,
            receipt=None,
            epoch=reader.epoch,
            stands_for=self._stands_for(lines) if self.instead else (),
        )

    def _aside(self, lines: Sequence[Line]) -> Aside:
        of = {stage: [line for line in lines if line.due.stage is stage] for stage in ASIDE}
        pressed = self._pressed(of[Stage.ESCALATE])
        waiting = self._waiting(of[Stage.REVIEW])
        summaries = self._summaries(of[Stage.DIGEST])
        said = pressed, waiting, summaries
        stages = tuple(stage for stage, those in zip(ASIDE, said, strict=True) if those)
        return Aside(pressed, waiting, summaries, stages)

    def _stands_for(self, lines: Sequence[Line]) -> tuple[StandsFor, ...]:
        seats = dict.fromkeys(line.stands_for for line in lines)
        return tuple(self.instead[seat] for seat in seats if seat in self.instead)

    def _own(self, lines: Sequence[Line]) -> dict[int, Item]:
        found: dict[int, Item] = {}
        for line in lines:
            if (facts := line.facts) is None:
                continue
            id_ = facts.obligation_id
            if id_ not in found:
                found[id_] = self.items.item(facts)
            if (teller := self.tellers.get(line.due.stage)) is not None:
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
        if not lines:
            return ()
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
        """The reader's own, then what offices below have left lying."""
        found: list[Waiting] = []
        for upward in (False, True):
            ids = [
                line.due.obligation_id
                for line in lines
                if line.due.obligation_id and (line.due.level is not None) is upward
            ]
            found += digesting.waiting(
                self.session, ids, hours=self.hours, now=self.now, upward=upward
            )
        return tuple(found)

    def _summaries(self, lines: Sequence[Line]) -> tuple[Summary, ...]:
        if not lines:
            return ()
        for plan_id in {line.due.plan_id for line in lines} - self.summaries.keys():
            self.summaries[plan_id] = digesting.summary(
                self.session, plan_id, hours=self.hours, now=self.now
            )
        found = [self.summaries[line.due.plan_id] for line in lines]
        return tuple(dict.fromkeys(one for one in found if one is not None))


WEIGHT = {stage: weight for weight, stage in enumerate(Stage)}
URGENCY = {bucket: rank for rank, bucket in enumerate(Bucket)}
TOLD_ONCE = frozenset(
    (Stage.ANNOUNCE, Stage.CHANGED, Stage.EXTENSION, Stage.TAKEN_OVER, Stage.RETURNED)
)
TELLING = frozenset((Stage.CHANGED, Stage.EXTENSION, Stage.TAKEN_OVER))
"""says more than how the obligation stands"""
BUCKET_STAGE: dict[Any, Stage] = {
    Bucket.OVERDUE: Stage.OVERDUE,
    Bucket.TODAY: Stage.DUE,
    Bucket.WEEK: Stage.REMIND,
    Bucket.LATER: Stage.REMIND,
    Bucket.INCOMPLETE: Stage.REMIND,
}
