from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.plan.model import Granularity, Kind
from dondoc.plan.relative import Per
from dondoc.tables.base import Base, Word
from dondoc.tables.units import Unit


class Plan(Base):
    """A launched plan; `source` is the plan file as the official wrote it, `revision` its version
    in force, `review_within` the working days a collector has to accept or return."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    title: Mapped[str]
    issuer: Mapped[str]
    issued: Mapped[date | None]
    time_zone: Mapped[str]
    period_from: Mapped[date]
    period_to: Mapped[date]
    standing_office_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    launched_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    review_within: Mapped[int] = mapped_column(default=5)
    source: Mapped[str] = mapped_column(Text)

    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="plan", order_by="Milestone.position"
    )
    standing_office: Mapped[Unit] = relationship(foreign_keys=[standing_office_id])


class Version(Base):
    """A plan as it was decided at a time: `number` 1 at launch, one more with every amendment;
    `source` is the plan file's text. The plan's `revision` is the number in force."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)


class Template(Base):
    """A file that units fill in, under the name the plan gives it; `sha256` is its place in the
    store."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)


class PlanEvent(Base):
    """Something whose day was not known when the plan was written. What hangs on it has no
    occurrences, obligations or notices before it has a day."""

    __tablename__ = "plan_events"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    per: Mapped[Per] = mapped_column(Word(Per))

    plan: Mapped[Plan] = relationship()


class EventDay(Base):
    """The day of an event: of the plan, or where it is one for each unit, the unit's."""

    __tablename__ = "event_days"
    __table_args__ = (
        UniqueConstraint("event_id", "unit_id"),
        Index(
            "uq_event_days_plan",
            "event_id",
            unique=True,
            sqlite_where=text("unit_id IS NULL"),
            postgresql_where=text("unit_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("plan_events.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    day: Mapped[date]
    set_at: Mapped[datetime]

    event: Mapped[PlanEvent] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Milestone(Base):
    """`body` is the milestone of the plan file: `dondoc.plan.model.Milestone` as JSON.
    `dropped_in` is the version of the plan that left it out; `event_id` the event its dates hang
    on, directly or through other milestones."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("plan_events.id"))
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    collector_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    clause: Mapped[str]
    clause_where: Mapped[str]
    body: Mapped[dict[str, Any]]
    dropped_in: Mapped[int | None]

    plan: Mapped[Plan] = relationship(back_populates="milestones")
    collector: Mapped[Unit] = relationship()
    event: Mapped[PlanEvent | None] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="milestone", order_by="Occurrence.due_on"
    )


class Occurrence(Base):
    """One date of a milestone.

    `due_on` as printed (`inclusive` false: *trước ngày*); `last_on` the last day that counts;
    `target_on` the last working day on or before it; `late_at` the instant lateness begins.
    `silent`: already past at launch, collected but never pressed. `expected` is frozen when the
    occurrence closes, so that no rate is ever rewritten. `dropped_in` is the version of the plan
    that left it out.
    """

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("milestone_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id"))
    key: Mapped[str]
    label: Mapped[str]
    granularity: Mapped[Granularity] = mapped_column(Word(Granularity))
    inclusive: Mapped[bool]
    opens_on: Mapped[date | None]
    due_on: Mapped[date]
    last_on: Mapped[date]
    target_on: Mapped[date]
    late_at: Mapped[datetime] = mapped_column(index=True)
    data_from: Mapped[date | None]
    data_to: Mapped[date | None]
    silent: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    expected: Mapped[int | None]
    dropped_in: Mapped[int | None]

    milestone: Mapped[Milestone] = relationship(back_populates="occurrences")
