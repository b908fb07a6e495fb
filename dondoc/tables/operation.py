from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.units import Contact, Unit


class Heartbeat(Base):
    """The last beat of each clock; a missed one becomes an incident."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]


class Incident(Base):
    """What the operator must know: a missed beat, a refused letter, a broken run."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)


class Cause(StrEnum):
    """Why a seat cannot be reached."""

    REFUSED = "refused"
    GIVEN_UP = "given_up"
    BOUNCED = "bounced"
    NO_CONTACT = "no_contact"
    NOT_TOLD = "not_told"
    REPORTED = "reported"  # by somebody of the unit, in whose words `answer` is


class Problem(Base):
    """A contact problem: a seat that no letter reaches, so that its unit is not called late for a
    letter it never got. At most one is open for a seat, while `closed_at` is None. `address` is
    the one that failed (None where the seat was vacant), `answer` what the mail server said."""

    __tablename__ = "problems"
    __table_args__ = (
        # read by dondoc.problems; the rule itself
        Index(
            "uq_problems_open",
            "contact_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    cause: Mapped[Cause] = mapped_column(Word(Cause))
    address: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    contact: Mapped[Contact] = relationship()


class Event(Base):
    """An entry of the record: who decided what, on whose behalf, when, before, after and why.
    Written only by `dondoc.record.record`. `number`, `previous` and `hash` chain the entries; they
    are set at the commit, and from then on the database refuses to change or delete the row."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    on_behalf: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    facts: Mapped[dict[str, Any]]
    number: Mapped[int | None] = mapped_column(unique=True, index=True)
    previous: Mapped[str | None]
    hash: Mapped[str | None]
