from datetime import datetime
from enum import StrEnum

from sqlalchemy import Computed, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.holds import Hold
from dondoc.tables.letters import Letter
from dondoc.tables.obligations import Obligation
from dondoc.tables.units import Contact


class Stage(StrEnum):
    """In order of weight: a letter takes the name of the heaviest notice it carries."""

    ANNOUNCE = "announce"
    REMIND = "remind"
    CHANGED = "changed"
    EXTENSION = "extension"
    DUE = "due"
    RETURNED = "returned"
    REVIEW = "review"
    OVERDUE = "overdue"
    TAKEN_OVER = "taken_over"
    DIGEST = "digest"
    ESCALATE = "escalate"


class NoticeState(StrEnum):
    PLANNED = "planned"
    HELD = "held"  # waits for the end of a hold
    QUEUED = "queued"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a planned notice was not sent, or not to the seat it was planned for."""

    SUBMITTED = "submitted"
    RECEIVED = "received"  # incomplete, with reasons; the collector decides next
    ACCEPTED = "accepted"
    EXEMPT = "exempt"
    EXTENDED = "extended"
    RETURNED = "returned"
    SUPERSEDED = "superseded"  # a later notice for the same obligation went in its place
    NO_CONTACT = "no_contact"
    CONTACT_PROBLEM = "contact_problem"  # the unit's own reminder was never accepted by a server
    DISSOLVED = "dissolved"
    HANDED_OVER = "handed_over"  # by a unit that goes on
    REVOKED = "revoked"  # the extension; the printed date is reminded
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"  # the unit took back what it had handed in
    ACKNOWLEDGED = "acknowledged"  # somebody promised a date; superiors wait for it
    REFUSED = "refused"  # the mail server refused the letter for good
    BOUNCED = "bounced"  # the letter came back after a mail server had accepted it
    EMPTY = "empty"  # nothing to report
    AMENDED = "amended"  # the plan was amended; what its new version asks for is planned anew
    CANCELLED = "cancelled"  # somebody decided against this one sending


UNSENT = (NoticeState.PLANNED, NoticeState.HELD)
"""In no letter yet."""

PHASE = (
    "CASE WHEN state IN ('planned', 'held') THEN state "
    "WHEN stage = 'escalate' AND state = 'sent' THEN 'told' END"
)
"""What the partial indexes go by: PostgreSQL writes a row without touching one index of its table
where no column changes that any index names. Most notices that are sent were in none of them."""

PLANNED = text("notices.phase = 'planned'")
"""The words of the partial index ix_notices_due, which SQLite recognises only literally."""


TOLD = text("notices.phase = 'told'")
"""The words of the partial index ix_notices_told."""


class Notice(Base):
    """One planned sending for one obligation and one seat.

    `contact` is who gets it, `stands_for` the seat it was planned for where that is another's.
    `step` names the rule: announce, changed-<version>, granted, T-7, T-0, T+3, L2 (escalation
    level), manual-…, D-<monday>. A plan's digest has no obligation. `change` is what an amendment
    or an extension changed (`dondoc.changes`). `hold_id` is the last hold it waited for, also
    after its end.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("obligation_id", "step", "due_version", "contact_id"),
        Index(
            "uq_notices_digest",
            "plan_id",
            "step",
            "contact_id",
            unique=True,
            sqlite_where=text("obligation_id IS NULL"),
            postgresql_where=text("obligation_id IS NULL"),
        ),
        # read by notifications.sweep: what is due, seat by seat
        Index(
            "ix_notices_due",
            "planned_at",
            "contact_id",
            sqlite_where=text("phase = 'planned'"),
            postgresql_where=text("phase = 'planned'"),
        ),
        # read by dondoc.resuming: what a hold keeps back
        Index(
            "ix_notices_held",
            "hold_id",
            sqlite_where=text("phase = 'held'"),
            postgresql_where=text("phase = 'held'"),
        ),
        # read by notifications.ladder: which superiors know of an obligation
        Index(
            "ix_notices_told",
            "obligation_id",
            "level",
            sqlite_where=text("phase = 'told'"),
            postgresql_where=text("phase = 'told'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    stands_for_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    step: Mapped[str]
    level: Mapped[int | None]
    due_version: Mapped[int] = mapped_column(default=1)
    planned_at: Mapped[datetime]
    state: Mapped[NoticeState] = mapped_column(Word(NoticeState), default=NoticeState.PLANNED)
    reason: Mapped[Reason | None] = mapped_column(Word(Reason))
    note: Mapped[str | None]
    change: Mapped[str | None]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    decided_at: Mapped[datetime | None]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id"))
    phase: Mapped[str | None] = mapped_column(String(24), Computed(PHASE))

    obligation: Mapped[Obligation | None] = relationship()
    contact: Mapped[Contact] = relationship(foreign_keys=[contact_id])
    stands_for: Mapped[Contact | None] = relationship(foreign_keys=[stands_for_id])
    letter: Mapped[Letter | None] = relationship()
    hold: Mapped[Hold | None] = relationship()
