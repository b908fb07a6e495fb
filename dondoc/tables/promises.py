from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base
from dondoc.tables.obligations import Obligation


class Promise(Base):
    """A unit (`level` 0) or a superior has seen what is overdue and promises it by the end of
    `promised_on`: `until`. `due_version` is the one it was made under: another date makes it
    void."""

    __tablename__ = "promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"), index=True)
    due_version: Mapped[int]
    level: Mapped[int]
    promised_on: Mapped[date]
    until: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)

    obligation: Mapped[Obligation] = relationship()
