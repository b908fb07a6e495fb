from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base
from dondoc.tables.plans import Milestone, Plan
from dondoc.tables.units import Group, Unit


class Hold(Base):
    """Somebody decided that certain notices wait: all, or those of a plan, a milestone, about a
    group's units or one unit; with `only_upward` only escalations. Receipts are never held.

    It stands from `starts_at` until `until` (both instants; None: until it is released) and has
    `ended_at` once it is over.
    """

    __tablename__ = "holds"
    __table_args__ = (
        # read by dondoc.holds: which stand, at every sweep and sending
        Index(
            "ix_holds_standing",
            "starts_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    only_upward: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    placed_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None] = mapped_column(Text)

    plan: Mapped[Plan | None] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
    group: Mapped[Group | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Stop(Base):
    """A sweep that would have sent far more letters than usual was stopped at `at`. It stands
    until it is confirmed, or lifted because what was due is no longer too much. `letters` would
    have gone, `usual` is the busiest day it was measured by, `seen_at` the last sweep it stopped.
    """

    __tablename__ = "stops"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    letters: Mapped[int]
    usual: Mapped[int]
    seen_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)

    @property
    def stands(self) -> bool:
        return self.confirmed_at is None and self.lifted_at is None
