"""A whole office in a test: the cast's units, one launched plan, a mail server that remembers."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.fulfilment import fulfil
from dondoc.plan.source import parse_plan
from dondoc.settings import Settings, load
from dondoc.tables import Letter, LetterState, Notice, Obligation, ObligationState, Unit
from notifications.beat import Beat, beat
from notifications.content import Content, content_from
from notifications.parcel import Outcome, Outgoing, Verdict, Witness
from notifications.post import Post
from schedules.calendar import OfficeHours
from schedules.launch import Launched, launch
from schedules.overrides import open_hours
from tests.cast import hand_in, make_units

HEADER = """
code: thi-dua
number: 12/KH-UBND
title: Kế hoạch thi đua năm 2024
issuer: Ủy ban nhân dân quận
issued: 2024-03-29
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
"""
PLAN = (
    HEADER
    + """\
board: ubnd-quan
policies: {digest: false, announce: false}
milestones:
  - code: dang-ky
    name: Đăng ký danh hiệu thi đua
    kind: register
    due: 2024-04-15
    audience: {units: [p-1, p-2]}
    clause: {text: "chậm nhất ngày 15/4/2024", where: "Mục IV.1.a"}
"""
)


@dataclass
class MailServer:
    """Accepts everything but what `answers` says otherwise, by address."""

    answers: dict[str, Verdict] = field(default_factory=dict)
    received: list[Outgoing] = field(default_factory=list)

    def deliver(self, letters: Iterable[Outgoing], _witness: Witness) -> Iterator[Outcome]:
        for letter in letters:
            verdict = self.answers.get(letter.recipient, Verdict.ACCEPTED)
            if verdict is Verdict.ACCEPTED:
                self.received.append(letter)
            yield Outcome(letter.letter_id, verdict, f"{verdict}")

    def narrowed(self, connections: int) -> AbstractContextManager[None]:
        del connections
        return nullcontext()

    def hang_up(self) -> None:
        pass

    @property
    def recipients(self) -> list[str]:
        return [letter.recipient for letter in self.received]


class Office:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.settings: Settings = load()
        self.hours: OfficeHours = open_hours(self.settings)
        self.server = MailServer()
        self.post = Post(
            database=database, transport=self.server, hours=self.hours, settings=self.settings
        )
        with database.writing() as session:
            make_units(session)

    def launch(self, text: str = PLAN, *, at: datetime) -> Launched:
        with self.database.writing() as session:
            return launch(session, parse_plan(text), source=text, hours=self.hours, now=at)

    def beat(self, now: datetime) -> Beat:
        return beat(self.post, now)

    def letters(self) -> list[tuple[str, str]]:
        """Address and name of every letter that was accepted, in order."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Letter.address, Letter.name)
                .where(Letter.state == LetterState.SENT)
                .order_by(Letter.sent_at, Letter.id)
            )
            return [(address, name) for address, name in rows]

    def contents(self, address: str) -> list[Content]:
        with self.database.reading() as session:
            letters = session.scalars(
                select(Letter)
                .where(Letter.address == address, Letter.state == LetterState.SENT)
                .order_by(Letter.sent_at, Letter.id)
            )
            return [content_from(letter.facts or {}) for letter in letters]

    def verdicts(self, unit: str) -> dict[str, tuple[str, str | None]]:
        """State and reason of every notice about a unit, by step."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Notice.step, Notice.state, Notice.reason)
                .join(Obligation, Obligation.id == Notice.obligation_id)
                .join(Unit, Unit.id == Obligation.unit_id)
                .where(Unit.code == unit)
            )
            return {step: (state.value, reason and reason.value) for step, state, reason in rows}

    def deliver(self, unit: str, **values: Any) -> None:
        """The unit's obligations become submitted, as a submission would make them."""
        with self.database.writing() as session:
            owed = session.scalars(select(Obligation).join(Unit).where(Unit.code == unit))
            for obligation in owed:
                obligation.state = ObligationState.SUBMITTED
                for name, value in values.items():
                    setattr(obligation, name, value)


def owed(session: Session, unit: str = "p-1") -> Obligation:
    """By a unit that owes one thing."""
    return session.scalars(select(Obligation).join(Unit).where(Unit.code == unit)).one()


def deliver(office: Office, at: datetime, *, version: int = 1) -> None:
    """By p-1, which owes one thing: a submission of its own."""
    with office.database.writing() as session:
        obligation = owed(session)
        session.add(hand_in(obligation, at, version=version))
        fulfil(session, [obligation.id], now=at)
