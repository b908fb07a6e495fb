from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.units import Unit


class PlanDraftState(StrEnum):
    OPEN = "open"
    LAUNCHED = "launched"
    DISCARDED = "discarded"


class Task(StrEnum):
    """What is done with a draft while nobody waits for the page."""

    READ = "read"
    REHEARSE = "rehearse"
    LAUNCH = "launch"


class PlanDraft(Base):
    """A plan on its way to being launched. `source` is the plan file's text as it stands, empty
    until the `document` (of the store, by SHA-256) is read; `text` is what the document says, and
    `marks` where in it each milestone was found. `revision` rises with every change, so that of
    two browser tabs the one that shows old things is told. `task` is under way since `task_since`;
    `failed` says in both languages why the last one did not succeed. `rehearsal` is what a
    rehearsal of `rehearsed` (a revision) showed."""

    __tablename__ = "plan_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[PlanDraftState] = mapped_column(
        Word(PlanDraftState), default=PlanDraftState.OPEN, index=True
    )
    name: Mapped[str]
    document: Mapped[str | None]
    source: Mapped[str] = mapped_column(Text, default="", deferred=True)
    text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    revision: Mapped[int] = mapped_column(default=1)
    task: Mapped[Task | None] = mapped_column(Word(Task))
    task_since: Mapped[datetime | None]
    failed: Mapped[dict[str, Any] | None]
    rehearsed: Mapped[int | None]
    rehearsal: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    plan_code: Mapped[str | None]

    office: Mapped[Unit | None] = relationship()


class PlanDraftTemplate(Base):
    """A file that the draft's plan names as a template, uploaded under that name; `sha256` is its
    place in the store."""

    __tablename__ = "plan_draft_templates"
    __table_args__ = (UniqueConstraint("draft_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("plan_drafts.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
