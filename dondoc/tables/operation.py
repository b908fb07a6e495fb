from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base
from dondoc.tables.units import Unit


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


class Problem(Base):
    """A contact problem: a unit that could not be reached, so that it is not called late for a
    letter it never got. Open while `closed_at` is None."""

    __tablename__ = "problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(Text)

    unit: Mapped[Unit] = relationship()


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
