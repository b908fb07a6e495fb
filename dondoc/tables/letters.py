from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from dondoc.tables.base import Base, Word
from dondoc.tables.patterns import Pattern, filled
from dondoc.tables.units import Contact
from dondoc.words import Language


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    DROPPED = "dropped"  # nothing was left to say at the moment of sending


ENDED = (LetterState.SENT, LetterState.FAILED, LetterState.DROPPED)

WAITING = text("letters.ended IS NULL")
"""The words of the partial index ix_letters_waiting, which SQLite recognises only literally."""


FAILED = text("letters.ended = 'failed'")
"""The words of the partial index ix_letters_failed."""


DROPPED = text("letters.ended = 'dropped'")
"""The words of the partial index ix_letters_dropped."""


def in_state(state: LetterState) -> dict[str, LetterState | None]:
    """What a statement that changes states, other than from one that waits to another, writes."""
    return {"state": state, "ended": state if state in ENDED else None}


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _domain(context: DefaultExecutionContext) -> str:
    row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return domain_of(row["address"])


class Letter(Base):
    """An outbox row.

    `key` makes a letter unique: `day:<date>:<address>` for the one letter a person gets that
    day (`day` and key follow to the day on which it can leave), `receipt:<submission>` for a
    receipt. `urgent` ones (receipts) overtake the rest and may leave outside office hours. What
    the templates were given is kept, so that the letter can be shown later exactly as it was read:
    all of it in `payload`, or what many letters say in a `pattern` and the reader's own values in
    `own`. `counted_at` is when it left by a clock that was set back since: what a pace goes by. A
    row in `sending` past its lease is sent again under the same `message_id`. `ended` is the state
    once nothing waits any more. The partial indexes go by it: a claim changes the state and leaves
    all indexes alone.
    """

    __tablename__ = "letters"
    __table_args__ = (
        # read by notifications.outbox.claim
        Index(
            "ix_letters_waiting",
            "urgent",
            "retry_at",
            "id",
            "domain",
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
        # read by dondoc.desk and notifications.catalogue: what did not get through
        Index(
            "ix_letters_failed",
            "id",
            sqlite_where=text("ended = 'failed'"),
            postgresql_where=text("ended = 'failed'"),
        ),
        # read by notifications.backlog, which counts without reading the letters
        Index(
            "ix_letters_dropped",
            "id",
            sqlite_where=text("ended = 'dropped'"),
            postgresql_where=text("ended = 'dropped'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    day: Mapped[date] = mapped_column(index=True)
    name: Mapped[str]
    address: Mapped[str]
    domain: Mapped[str] = mapped_column(default=_domain, server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    language: Mapped[Language] = mapped_column(Word(Language))
    level: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[LetterState] = mapped_column(Word(LetterState), default=LetterState.QUEUED)
    message_id: Mapped[str]
    created_at: Mapped[datetime]
    retry_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None]
    payload: Mapped[dict[str, Any] | None]
    pattern_id: Mapped[int | None] = mapped_column()
    own: Mapped[list[Any] | None] = mapped_column(JSON)
    ended: Mapped[LetterState | None] = mapped_column(Word(LetterState))

    contact: Mapped[Contact | None] = relationship()
    # without a constraint: PostgreSQL would lock the pattern's row for every letter that has it
    pattern: Mapped[Pattern | None] = relationship(
        primaryjoin=lambda: Letter.pattern_id == Pattern.id,
        foreign_keys=[pattern_id],
        lazy="selectin",
    )

    @validates("state")
    def _end(self, _name: str, state: LetterState) -> LetterState:
        self.ended = in_state(state)["ended"]
        return state

    @property
    def facts(self) -> dict[str, Any] | None:
        """What the templates were given; None until then."""
        if self.pattern is None:
            return self.payload
        found: dict[str, Any] = filled(self.pattern.facts, self.own or ())
        return found


class RestCause(StrEnum):
    """Why a recipient domain rests."""

    PUT_OFF = "put_off"  # letter after letter
    SLOW = "slow"  # to answer


class Rest(Base):
    """A recipient domain whose letters wait until then, or, where it is slow, until no others are
    left. `times`: in succession; `answer`: what was said last."""

    __tablename__ = "rests"

    domain: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[RestCause] = mapped_column(Word(RestCause))
    until: Mapped[datetime]
    times: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
