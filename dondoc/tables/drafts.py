from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base
from dondoc.tables.obligations import Obligation


class Draft(Base):
    """What a unit has put together and not yet handed in. `revision` rises with every change, so
    that of two browser tabs the one that shows old things is told. `waived` holds, by component,
    why it does not apply."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"), unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    fields: Mapped[dict[str, Any]]
    waived: Mapped[dict[str, Any]]
    excused: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime] = mapped_column(index=True)
    changed_by: Mapped[str]

    obligation: Mapped[Obligation] = relationship()
    files: Mapped[list["DraftFile"]] = relationship(
        back_populates="draft", order_by="DraftFile.id", cascade="all, delete-orphan"
    )


class DraftFile(Base):
    """A file on its way: `received` of `size` bytes are in the folder of uploads under `key`.
    Whole files are in the store, and `sha256` says where."""

    __tablename__ = "draft_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    component: Mapped[str]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None] = mapped_column(index=True)

    draft: Mapped[Draft] = relationship(back_populates="files")
