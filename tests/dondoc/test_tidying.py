"""Files that no row names are laid aside, then removed; whatever a row names stays."""

import os
import time
from pathlib import Path

import pytest

from dondoc.database import Database
from dondoc.draft_templates import keep_template
from dondoc.plan_drafts import By, discard_plan_draft, new_plan_draft
from dondoc.store import FileStore, Stored
from dondoc.tables import PlanDraft
from dondoc.tables.base import Base
from dondoc.tidying import NAMES, Tidied, named, tidy, tidy_daily
from tests.cast import local

BY = By(actor="hoa@quan.example", now=local(2024, 4, 8))
DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def put(store: FileStore, tmp_path: Path, text: str, *, days: float = 31) -> Stored:
    """A file that was handed in so many days ago."""
    path = tmp_path / "in"
    path.write_text(text, "utf-8")
    stored = store.put(path)
    grow_old(store.path(stored.sha256), days)
    return stored


def grow_old(path: Path, days: float = 31) -> None:
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def drafted(database: Database, document: Stored) -> int:
    with database.writing() as session:
        made = new_plan_draft(session, name="a.docx", office=None, by=BY, document=document.sha256)
        return made.id


def test_every_column_that_names_a_file_is_asked() -> None:
    named_so = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name == "sha256"
    }
    assert {f"{one.class_.__tablename__}.{one.key}" for one in NAMES} == named_so


def test_a_discarded_drafts_document_goes_in_two_steps(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    kept, gone = (put(store, tmp_path, text) for text in ("còn", "bỏ"))
    drafted(database, kept)
    discarded = drafted(database, gone)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, discarded)
        discard_plan_draft(draft, by=BY)
    assert tidy(database, store) == Tidied(aside=1)
    assert (store.has(kept), store.has(gone)) == (True, False)
    assert tidy(database, store) == Tidied()
    [aside] = store.set_aside()
    grow_old(aside)
    assert tidy(database, store) == Tidied(removed=1)
    assert store.set_aside() == []
    assert store.has(kept)


def test_what_came_lately_is_left_alone(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    late = put(store, tmp_path, "vừa gửi", days=29)
    assert tidy(database, store) == Tidied()
    assert store.has(late)


def test_what_was_handed_in_again_counts_as_new(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    first = put(store, tmp_path, "mẫu")
    (tmp_path / "again").write_text("mẫu", "utf-8")
    assert store.put(tmp_path / "again") == first
    assert tidy(database, store) == Tidied()


def test_somebody_who_hands_it_in_at_that_very_moment_is_seen(
    store: FileStore, tmp_path: Path
) -> None:
    """Between the look and the move: its time is new, so it goes back."""
    stored = put(store, tmp_path, "mẫu")
    before = time.time() - 30 * DAY
    (tmp_path / "again").write_text("mẫu", "utf-8")
    store.put(tmp_path / "again")
    assert not store.lay_aside(store.path(stored.sha256), before)
    assert store.has(stored)


def test_whoever_finds_it_laid_aside_brings_it_anew(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    stored = put(store, tmp_path, "mẫu")
    assert tidy(database, store) == Tidied(aside=1)
    (tmp_path / "again").write_text("mẫu", "utf-8")
    store.put(tmp_path / "again")
    store.check(stored)


def test_what_is_missed_goes_back(database: Database, store: FileStore, tmp_path: Path) -> None:
    """As after a look into the wrong database."""
    stored = put(store, tmp_path, "kế hoạch")
    assert tidy(database, store) == Tidied(aside=1)
    drafted(database, stored)
    grow_old(store.set_aside()[0], 400)
    assert tidy(database, store) == Tidied(back=1)
    store.check(stored)


def test_what_is_missed_does_not_wait_for_the_next_day(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    stored = put(store, tmp_path, "kế hoạch")
    assert tidy_daily(database, store) == Tidied(aside=1)
    drafted(database, stored)
    assert tidy_daily(database, store) == Tidied(back=1)
    store.check(stored)


def test_a_template_of_a_draft_is_named(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    stored = put(store, tmp_path, "mẫu")
    document = put(store, tmp_path, "văn bản")
    made = drafted(database, document)
    with database.writing() as session:
        draft = session.get_one(PlanDraft, made)
        keep_template(session, draft, "mau.docx", stored)
    with database.reading() as session:
        assert named(session, [stored.sha256, "0" * 64]) == {stored.sha256}


def test_it_is_done_once_a_day(database: Database, store: FileStore, tmp_path: Path) -> None:
    assert tidy_daily(database, store) == Tidied()
    put(store, tmp_path, "một")
    assert tidy_daily(database, store) == Tidied(aside=1)
    put(store, tmp_path, "hai")
    assert tidy_daily(database, store) == Tidied()
    grow_old(store.folder / "looked-through", 1.01)
    assert tidy_daily(database, store) == Tidied(aside=1)
