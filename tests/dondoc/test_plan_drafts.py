from datetime import timedelta

import pytest

from dondoc.database import Database
from dondoc.plan_drafts import (
    PATIENCE,
    By,
    PlanDraftBusy,
    PlanDraftChanged,
    PlanDraftOver,
    begin_task,
    change_plan,
    discard_plan_draft,
    end_task,
    new_plan_draft,
    under_way,
)
from dondoc.tables import PlanDraft, Task
from dondoc.words import Words
from tests.cast import local

BY = By(actor="hoa@quan.example", now=local(2024, 4, 8))
SECOND = timedelta(seconds=1)


def made(database: Database) -> int:
    with database.writing() as session:
        return new_plan_draft(session, name="a.yaml", office=None, by=BY, source="a").id


def test_the_second_of_two_windows_is_told(database: Database) -> None:
    id_ = made(database)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, id_)
        change_plan(draft, "b", revision=1, by=BY)
        with pytest.raises(PlanDraftChanged):
            change_plan(draft, "c", revision=1, by=BY)
        assert (draft.source, draft.revision) == ("b", 2)


def test_one_task_at_a_time_until_it_was_broken_off(database: Database) -> None:
    id_ = made(database)
    with database.writing() as session:
        begin_task(session, session.get_one(PlanDraft, id_), Task.READ, now=BY.now)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, id_)
        assert under_way(draft, BY.now + PATIENCE) is Task.READ
        with pytest.raises(PlanDraftBusy):
            begin_task(session, draft, Task.READ, now=BY.now + PATIENCE)
        later = BY.now + PATIENCE + SECOND
        assert under_way(draft, later) is None
        begin_task(session, draft, Task.REHEARSE, now=later)
        assert draft.task_since == later


def test_why_a_task_failed_stays_until_the_next(database: Database) -> None:
    id_ = made(database)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, id_)
        begin_task(session, draft, Task.READ, now=BY.now)
        end_task(draft, failed=Words("hỏng", "broken"))
    with database.writing() as session:
        draft = session.get_one(PlanDraft, id_)
        assert draft.failed == {"vi": "hỏng", "en": "broken"}
        begin_task(session, draft, Task.READ, now=BY.now)
        assert draft.failed is None


def test_what_is_discarded_changes_no_more(database: Database) -> None:
    id_ = made(database)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, id_)
        discard_plan_draft(draft, by=BY)
        with pytest.raises(PlanDraftOver):
            change_plan(draft, "b", revision=1, by=BY)
        with pytest.raises(PlanDraftOver):
            begin_task(session, draft, Task.LAUNCH, now=BY.now)
        with pytest.raises(PlanDraftOver):
            discard_plan_draft(draft, by=BY)


def test_a_plan_that_is_being_launched_is_not_changed(database: Database) -> None:
    id_ = made(database)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, id_)
        begin_task(session, draft, Task.LAUNCH, now=BY.now)
        with pytest.raises(PlanDraftBusy):
            change_plan(draft, "b", revision=1, by=BY)
