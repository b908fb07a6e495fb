"""Plans on their way to being launched: what an official has so far is always kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.tables import PlanDraft, PlanDraftState, Task, Unit
from dondoc.words import Words

PATIENCE = timedelta(minutes=30)
"""A task that took longer was broken off, and may be begun again."""


class PlanDraftChanged(DondocError):
    """Somebody ({who}) has changed this draft meanwhile, perhaps you in another window. What you
    sent was not saved: look at the draft as it is now, then send it again."""

    vi = (
        "Bản nháp vừa được {who} sửa, có thể là bạn ở cửa sổ khác. Nội dung vừa gửi chưa được lưu: "
        "hãy xem bản nháp hiện nay rồi gửi lại."
    )


class PlanDraftBusy(DondocError):
    """Something is still being done with this draft; wait until it has finished."""

    vi = "Bản nháp đang được xử lý; hãy chờ xong."


class PlanDraftOver(DondocError):
    """This draft was launched or discarded; nothing about it changes any more."""

    vi = "Bản nháp đã phát động hoặc đã bỏ; không sửa được nữa."


@dataclass(frozen=True, kw_only=True)
class By:
    actor: str
    now: datetime


def new_plan_draft(
    session: Session,
    *,
    name: str,
    office: Unit | None,
    by: By,
    document: str | None = None,
    source: str = "",
) -> PlanDraft:
    """From a `document` of the store, still to be read, or from a plan file's text."""
    draft = PlanDraft(
        name=name,
        office=office,
        document=document,
        source=source,
        made_at=by.now,
        made_by=by.actor,
        changed_at=by.now,
        changed_by=by.actor,
    )
    session.add(draft)
    session.flush()
    return draft


def change_plan(draft: PlanDraft, source: str, *, revision: int, by: By) -> None:
    """Another text of the plan file, by somebody who saw `revision`. Raises PlanDraftOver,
    PlanDraftBusy, PlanDraftChanged."""
    refuse_settled(draft, now=by.now)
    if draft.revision != revision:
        raise PlanDraftChanged(who=draft.changed_by)
    if source == draft.source:
        return
    draft.source = source
    draft.revision += 1
    draft.changed_at, draft.changed_by = by.now, by.actor


def refuse_settled(draft: PlanDraft, *, now: datetime) -> None:
    """Nothing is added to what is launched, or about to be. Raises PlanDraftOver, PlanDraftBusy."""
    if draft.state is not PlanDraftState.OPEN:
        raise PlanDraftOver
    if under_way(draft, now) is Task.LAUNCH:
        raise PlanDraftBusy


def discard_plan_draft(draft: PlanDraft, *, by: By) -> None:
    """Raises PlanDraftOver, PlanDraftBusy."""
    if draft.state is not PlanDraftState.OPEN:
        raise PlanDraftOver
    if under_way(draft, by.now) is not None:
        raise PlanDraftBusy
    draft.state = PlanDraftState.DISCARDED
    draft.changed_at, draft.changed_by = by.now, by.actor


def under_way(draft: PlanDraft, now: datetime) -> Task | None:
    """What is being done with it; None also where that was broken off."""
    if draft.task is None or draft.task_since is None or now - draft.task_since > PATIENCE:
        return None
    return draft.task


def begin_task(session: Session, draft: PlanDraft, task: Task, *, now: datetime) -> None:
    """One at a time. Raises PlanDraftOver, PlanDraftBusy."""
    if draft.state is not PlanDraftState.OPEN:
        raise PlanDraftOver
    idle = or_(PlanDraft.task.is_(None), PlanDraft.task_since < now - PATIENCE)
    begun = session.execute(
        update(PlanDraft)
        .where(PlanDraft.id == draft.id, idle)
        .values(task=task, task_since=now, failed=None)
        .execution_options(synchronize_session=False)
    )
    if not begun.rowcount:  # type: ignore[attr-defined]
        raise PlanDraftBusy
    session.refresh(draft, ("task", "task_since", "failed"))


def end_task(draft: PlanDraft, *, failed: Words | None = None) -> None:
    draft.task = draft.task_since = None
    draft.failed = None if failed is None else failed._asdict()


def keep_reading(
    draft: PlanDraft, *, source: str, text: str, marks: dict[str, Any], now: datetime
) -> None:
    """What was read in the document."""
    draft.source, draft.text, draft.marks = source, text, marks
    draft.revision += 1
    draft.changed_at = now
    end_task(draft)
