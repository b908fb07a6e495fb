from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.obligations import Obligation

ASKED = text("extensions.state = 'asked'")
"""The words of the partial index uq_extensions_asked, which SQLite recognises only literally."""


class ExtensionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"
    CHANGED = "changed"  # another date was granted in its place
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"  # by the unit, or it asked for another date
    LAPSED = "lapsed"  # delivered, exempt or accepted before anybody decided


class Extension(Base):
    """A later date for one obligation: asked for, granted, or both. One that was never asked for
    has no `asked_at`; one that was never granted no `until`, the last day that counts. `before`
    is the date, as printed, that it moved. The one in state `granted` is what holds now."""

    __tablename__ = "extensions"
    __table_args__ = (
        # one question and one answer at a time
        Index(
            "uq_extensions_asked",
            "obligation_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index(
            "uq_extensions_granted",
            "obligation_id",
            unique=True,
            sqlite_where=text("state = 'granted'"),
            postgresql_where=text("state = 'granted'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"), index=True)
    state: Mapped[ExtensionState] = mapped_column(Word(ExtensionState))
    asked_until: Mapped[date | None]
    asked_reason: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    before: Mapped[date | None]
    until: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)

    obligation: Mapped[Obligation] = relationship()
