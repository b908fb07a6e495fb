from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.plans import Occurrence
from dondoc.tables.units import Unit


class ObligationState(StrEnum):
    """`incomplete`: parts are missing and the unit said why; it waits for review, and the rest may
    still come."""

    OPEN = "open"
    INCOMPLETE = "incomplete"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    EXEMPT = "exempt"
    ENDED = "ended"  # handed over to a successor, or closed with its unit

    @property
    def owing(self) -> bool:
        """Whether the unit still has to do something."""
        return self in (
            ObligationState.OPEN,
            ObligationState.INCOMPLETE,
            ObligationState.RETURNED,
        )

    @property
    def in_review(self) -> bool:
        """Whether the collector has to accept or return."""
        return self in (
            ObligationState.INCOMPLETE,
            ObligationState.SUBMITTED,
            ObligationState.RESUBMITTED,
        )


OWING = tuple(state for state in ObligationState if state.owing)
IN_REVIEW = tuple(state for state in ObligationState if state.in_review)
UNDELIVERED = (ObligationState.OPEN, ObligationState.INCOMPLETE)
CORRECTING = (ObligationState.RETURNED, ObligationState.INCOMPLETE)


REVIEWED = text("obligations.state IN ('submitted', 'resubmitted', 'incomplete')")
"""In review, in the words of the partial index ix_obligations_in_review."""


class Obligation(Base):
    """One unit × one occurrence. The dates are the unit's own: an extension moves them here and
    leaves the occurrence as printed (`extended_to` is the day it was granted for; the later of
    both holds). `due_version` rises with every move of the dates. A returned
    submission is corrected until the end of `correct_by`; timeliness is not judged again.
    `plan_version` is the version of the plan it stands on: a later one does not touch what was
    handed in before. `dropped_in` is the version that no longer asks for it. No superior is told
    of it before `promised_until`. Versions up to `voided_version` do not decide whether the unit
    was in time. `counted`: whether rates count it. Where a unit ended after the due date, its own
    row stays what was expected; what its successors took over is counted no second time.
    Of its paper originals `paper_sets` of `paper_asked` have come, the last on `paper_on`."""

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "unit_id"),
        # read by dondoc.counting and notifications.ladder, without a look at the table
        Index(
            "ix_obligations_standing",
            "occurrence_id",
            "state",
            "late_at",
            "first_complete_at",
            "counted",
            "unit_id",
        ),
        # read by dondoc.desk: what has come due and was not delivered
        Index(
            "ix_obligations_undelivered",
            "target_on",
            "late_at",
            sqlite_where=text("first_complete_at IS NULL"),
            postgresql_where=text("first_complete_at IS NULL"),
        ),
        # read by dondoc.desk: what waits for review
        Index(
            "ix_obligations_in_review",
            "late_at",
            sqlite_where=text("state IN ('submitted', 'resubmitted', 'incomplete')"),
            postgresql_where=text("state IN ('submitted', 'resubmitted', 'incomplete')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[ObligationState] = mapped_column(
        Word(ObligationState), default=ObligationState.OPEN
    )
    due_on: Mapped[date]
    last_on: Mapped[date]
    target_on: Mapped[date]
    late_at: Mapped[datetime]
    due_version: Mapped[int] = mapped_column(default=1)
    extended_to: Mapped[date | None]
    extension_reason: Mapped[str | None]
    exempt_reason: Mapped[str | None]
    return_reason: Mapped[str | None]
    correct_by: Mapped[date | None]
    first_complete_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    promised_until: Mapped[datetime | None]
    voided_version: Mapped[int | None]
    plan_version: Mapped[int] = mapped_column(default=1)
    dropped_in: Mapped[int | None]
    counted: Mapped[bool] = mapped_column(default=True, server_default=true())
    paper_sets: Mapped[int | None]
    paper_asked: Mapped[int | None]
    paper_on: Mapped[date | None]

    occurrence: Mapped[Occurrence] = relationship()
    unit: Mapped[Unit] = relationship()

    def overdue(self, now: datetime, today: date) -> bool:
        """`today` is the plan zone's date: a correction is due until its end."""
        if self.state is ObligationState.RETURNED:
            return self.correct_by is not None and self.correct_by < today
        return self.state is ObligationState.OPEN and self.late_at <= now

    @property
    def undelivered(self) -> bool:
        """Whether the plan's date, or an extension's, still holds: nothing complete came, and
        nothing was returned with a date of its own."""
        return self.state in UNDELIVERED and self.correct_by is None

    @property
    def correcting(self) -> bool:
        """Whether what it waits for is due by `correct_by`."""
        return self.state in CORRECTING and self.correct_by is not None

    @hybrid_property
    def inclusive(self) -> bool:
        """Whether `due_on` itself counts; false: *trước ngày*."""
        return self.last_on == self.due_on

    @property
    def extended(self) -> bool:
        return self.extension_reason is not None
