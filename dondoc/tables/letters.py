from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.units import Contact
from dondoc.words import Language


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    DROPPED = "dropped"  # nothing was left to say at the moment of sending


WAITING = text("letters.state IN ('queued', 'deferred', 'sending')")
"""The words of the partial index ix_letters_waiting, which SQLite recognises only literally."""


class Letter(Base):
    """An outbox row.

    `key` makes a letter unique: `day:<date>:<address>` for the one letter a person gets that
    day, `receipt:<submission>` for a receipt. `urgent` ones (receipts) overtake the rest and may
    leave outside office hours. `payload` is what the templates were given, so that the letter can
    be shown later exactly as it was read. A row in `sending` past its lease is sent again under
    the same `message_id`.
    """

    __tablename__ = "letters"
    __table_args__ = (
        # read by notifications.outbox.claim
        Index(
            "ix_letters_waiting",
            "urgent",
            "retry_at",
            sqlite_where=text("state IN ('queued', 'deferred', 'sending')"),
            postgresql_where=text("state IN ('queued', 'deferred', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    day: Mapped[date] = mapped_column(index=True)
    name: Mapped[str]
    address: Mapped[str]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    language: Mapped[Language] = mapped_column(Word(Language))
    level: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[LetterState] = mapped_column(Word(LetterState), default=LetterState.QUEUED)
    message_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    retry_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None]
    payload: Mapped[dict[str, Any] | None]

    contact: Mapped[Contact | None] = relationship()
