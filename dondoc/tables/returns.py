from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base
from dondoc.tables.obligations import Obligation
from dondoc.tables.submissions import Submission


class Return(Base):
    """A version that was sent back: what is wrong with it as a whole, and with which component
    (`components`, by code), to be corrected by the end of `correct_by`."""

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    reason: Mapped[str] = mapped_column(Text)
    components: Mapped[dict[str, Any]]
    correct_by: Mapped[date]
    returned_by: Mapped[str]
    returned_at: Mapped[datetime]

    obligation: Mapped[Obligation] = relationship()
    submission: Mapped[Submission | None] = relationship()
