from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.letters import Letter
from dondoc.tables.obligations import Obligation
from dondoc.tables.units import Unit


class ReplyState(StrEnum):
    """What became of an answer to a letter."""

    DRAFTED = "drafted"  # its files are in drafts
    WAITING = "waiting"  # somebody has to say where its files belong
    REFUSED = "refused"  # none of its files could be taken; the unit was told why
    ASKED = "asked"  # no files: passed on to the office
    UNREAD = "unread"  # cannot be understood; the office has to look
    SETTLED = "settled"  # somebody saw to it


class ReplyCause(StrEnum):
    """Why an answer waits, or is not understood."""

    SEVERAL = "several"
    NONE_OPEN = "none_open"
    STRANGER = "stranger"
    PART = "part"
    EXPIRED = "expired"
    NO_LETTER = "no_letter"
    SEALED = "sealed"
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    NO_READER = "no_reader"
    TOO_MANY = "too_many"


OPEN_STATES = (ReplyState.WAITING, ReplyState.UNREAD)
OPEN_REPLY = text("replies.state IN ('waiting', 'unread')")
"""The words of the partial index ix_replies_open."""


class Reply(Base):
    """An answer to a letter, as it lay in the mailbox. `key` makes a message count once.
    `mailed_at` is when the office's own mail server took it, None where that is not known beyond
    doubt. `sender` and `text` are what the message says, which proves nothing. `office_id` is whom
    it concerns, None where that is not known either."""

    __tablename__ = "replies"
    __table_args__ = (
        # read by dondoc.replies: what somebody has to see to
        Index(
            "ix_replies_open",
            "id",
            sqlite_where=text("state IN ('waiting', 'unread')"),
            postgresql_where=text("state IN ('waiting', 'unread')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    sender: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ReplyState] = mapped_column(Word(ReplyState))
    cause: Mapped[ReplyCause | None] = mapped_column(Word(ReplyCause))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]

    letter: Mapped[Letter | None] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    files: Mapped[list["ReplyFile"]] = relationship(
        back_populates="reply", order_by="ReplyFile.id", cascade="all, delete-orphan"
    )

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


class ReplyFile(Base):
    """With an `obligation_id` and a `component` it went into that draft; with `refused`, in both
    languages, it was not taken; else it waits. `sha256` is its place in the store, None where it
    was refused."""

    __tablename__ = "reply_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), index=True)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(index=True)
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"), index=True)
    component: Mapped[str | None]
    refused: Mapped[dict[str, Any] | None]

    reply: Mapped[Reply] = relationship(back_populates="files")
    obligation: Mapped[Obligation | None] = relationship()

    @property
    def waiting(self) -> bool:
        return self.component is None and self.refused is None
