from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base
from dondoc.tables.obligations import Obligation


class Submission(Base):
    """One immutable version of what a unit handed in. `missing` lists what the plan asks for and
    this version lacks; an empty list makes it complete. `waived` holds, by component, why the unit
    says that it does not apply; `excused`, by component or field, why it is missing.
    `withdrawn_at` is when the unit took it back, before review."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("obligation_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"))
    version: Mapped[int]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    complete: Mapped[bool]
    fields: Mapped[dict[str, Any]]
    missing: Mapped[dict[str, Any]]
    waived: Mapped[dict[str, Any]] = mapped_column(default=dict)
    excused: Mapped[dict[str, Any]] = mapped_column(default=dict)
    withdrawn_at: Mapped[datetime | None]

    obligation: Mapped[Obligation] = relationship()
    files: Mapped[list["SubmittedFile"]] = relationship(order_by="SubmittedFile.id")
    receipt: Mapped["Receipt | None"] = relationship(back_populates="submission")


class SubmittedFile(Base):
    """`sha256` is also the file's place in the store."""

    __tablename__ = "submitted_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    component: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)


class Receipt(Base):
    """`body` is the exact text that was signed (Ed25519, base64 in `signature`)."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[str]

    submission: Mapped[Submission] = relationship(back_populates="receipt")
