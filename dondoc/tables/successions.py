from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.obligations import Obligation
from dondoc.tables.units import Unit


class ChangeKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    RENAME = "rename"


class UnitChange(Base):
    """Somebody decided that units merge, split, end or get another `name` with the first minute of
    `on`. `choices` say what becomes of what is open then, as `dondoc.units.choices` writes them. It
    waits for its day until it is applied or withdrawn; `trouble` is why it could not be applied."""

    __tablename__ = "unit_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(Word(ChangeKind))
    on: Mapped[date]
    name: Mapped[str | None]
    choices: Mapped[list[Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(Text)

    successions: Mapped[list["Succession"]] = relationship(
        back_populates="change", order_by="Succession.id"
    )

    @property
    def waits(self) -> bool:
        return self.applied_at is None and self.withdrawn_at is None


class Succession(Base):
    """One unit that a change concerns, and one that succeeds it: none where it is dissolved or
    renamed. `ends` is false for a unit that goes on beside its successors; `valid_to_before` is
    what stood there, in case the change is withdrawn."""

    __tablename__ = "successions"
    __table_args__ = (UniqueConstraint("change_id", "predecessor_id", "successor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("unit_changes.id"))
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    ends: Mapped[bool]
    valid_to_before: Mapped[date | None]

    change: Mapped[UnitChange] = relationship(back_populates="successions")
    predecessor: Mapped[Unit] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Unit | None] = relationship(foreign_keys=[successor_id])


class UnitName(Base):
    """The name a unit bore until the end of `until`."""

    __tablename__ = "unit_names"
    __table_args__ = (UniqueConstraint("unit_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str]
    until: Mapped[date]


class Handover(Base):
    """What became of an obligation whose unit ended, or gave it away: another unit owes it as
    `successor`, or it was closed. Several may hand over to one. `follows`: nothing complete had
    come before, so the one handed over is delivered when its successors are."""

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_successor_id", "successor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("unit_changes.id"))
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"))
    follows: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]

    change: Mapped[UnitChange] = relationship()
    obligation: Mapped[Obligation] = relationship(foreign_keys=[obligation_id])
    successor: Mapped[Obligation | None] = relationship(foreign_keys=[successor_id])
