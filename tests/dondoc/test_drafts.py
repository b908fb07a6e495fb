from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.drafts import (
    Announced,
    DraftChanged,
    FileRefused,
    Typed,
    base_name,
    begin_draft,
    begin_file,
    draft_of,
    drop_file,
    finish_file,
    save,
    working_draft,
)
from dondoc.handing_in import By, NotComplete, Seen, findings, hand_in_draft
from dondoc.plan.model import Component, FieldType, FormField, HandIn
from dondoc.queries import obligations, unit_by_code
from dondoc.signing import Signer, open_signer
from dondoc.store import FileStore
from dondoc.tables import Draft, DraftFile, Milestone, Obligation, Submission
from dondoc.uploads import UploadElsewhere, Uploads
from tests.cast import LAUNCHED, make_plan, make_units
from tests.papers import PDF

ASKED = HandIn(
    components=(Component(code="bao-cao", name="Báo cáo", types=("pdf",), max_files=2),),
    fields=(FormField(code="so", name="Số gương", type=FieldType.NUMBER),),
)
WHO: Any = {"actor": "p-1@quan.example", "now": LAUNCHED}


class Desk:
    """The hand-in of p-1's first obligation."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.store = FileStore(folder / "files")
        self.uploads = Uploads(folder / "files" / "uploads")
        self.signer: Signer = open_signer(folder)
        with database.writing() as session:
            units = make_units(session)
            make_plan(session, units)
            for milestone in session.scalars(select(Milestone)):
                milestone.body = {"hand_in": ASKED.model_dump(mode="json", by_alias=True)}
            self.id = session.scalars(obligations(unit=unit_by_code(session, "p-1"))).all()[0].id

    def file(self, name: str = "a.pdf", body: bytes = PDF) -> int:
        """Sent in one piece."""
        announced = Announced(component="bao-cao", name=name, size=len(body))
        with self.database.writing() as session:
            draft = working_draft(session, session.get_one(Obligation, self.id), **WHO)
            file = begin_file(session, draft, announced)
            key, id_ = file.key, file.id
        with self.uploads.appending(key) as target:
            target.write(body)
        finish_file(
            self.database,
            lambda session: session.scalars(select(DraftFile).where(DraftFile.key == key)).one(),
            self.store,
            self.uploads,
        )
        return id_

    def typed(self, revision: int, **fields: str) -> int:
        with self.database.writing() as session:
            draft = working_draft(session, session.get_one(Obligation, self.id), **WHO)
            save(session, draft, Typed(revision=revision, fields=fields, waived={}), **WHO)
            return draft.revision

    def hand_in(self, revision: int, *files: int) -> int:
        """The version."""
        by = By(signer=self.signer, **WHO)
        with self.database.writing() as session:
            owed = session.get_one(Obligation, self.id)
            seen = Seen(revision=revision, files=files)
            return hand_in_draft(session, owed, seen, store=self.store, by=by).version

    def count(self, table: type) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def test_a_draft_is_handed_in_and_gone(desk: Desk) -> None:
    file = desk.file()
    revision = desk.typed(0, so="3")
    assert desk.hand_in(revision, file) == 1
    assert (desk.count(Draft), desk.count(DraftFile)) == (0, 0)
    with desk.database.reading() as session:
        submission = session.scalars(select(Submission)).one()
        assert submission.fields == {"so": 3}
        assert [one.name for one in submission.files] == ["a.pdf"]
        assert submission.complete


def test_what_is_missing_hands_nothing_in(desk: Desk) -> None:
    revision = desk.typed(0, so="3")
    with pytest.raises(NotComplete):
        desk.hand_in(revision)
    assert (desk.count(Draft), desk.count(Submission)) == (1, 0)


def test_what_was_not_seen_is_not_handed_in(desk: Desk) -> None:
    file = desk.file()
    revision = desk.typed(0, so="3")
    other = desk.file("b.pdf")
    with pytest.raises(DraftChanged):
        desk.hand_in(revision, file)
    with pytest.raises(DraftChanged):
        desk.hand_in(revision - 1, file, other)
    assert desk.hand_in(revision, file, other) == 1


def test_the_same_words_twice_change_nothing(desk: Desk) -> None:
    revision = desk.typed(0, so="3")
    assert desk.typed(0, so="3") == revision
    with pytest.raises(DraftChanged):
        desk.typed(0, so="4")


def test_after_a_submission_an_old_window_begins_nothing(desk: Desk) -> None:
    file = desk.file()
    desk.hand_in(desk.typed(0, so="3"), file)
    with pytest.raises(DraftChanged):
        desk.typed(0, so="4")
    assert desk.count(Draft) == 0


def test_another_version_starts_from_the_last(desk: Desk) -> None:
    desk.hand_in(desk.typed(0, so="3"), desk.file())
    with desk.database.writing() as session:
        draft = begin_draft(session, session.get_one(Obligation, desk.id), **WHO)
        assert draft.fields == {"so": "3"}
        [file] = draft.files
        assert findings(session, draft, desk.store).faults == ()
        seen = file.id
    assert desk.hand_in(desk.typed(0, so="4"), seen) == 2


def test_two_at_once_hand_in_once(desk: Desk) -> None:
    file = desk.file()
    revision = desk.typed(0, so="3")
    both = Barrier(2)

    def one(_n: int) -> int | None:
        both.wait(30)
        try:
            return desk.hand_in(revision, file)
        except DraftChanged:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2)), key=str) == [1, None]
    assert desk.count(Submission) == 1


def test_two_windows_at_once_begin_one_draft(desk: Desk) -> None:
    both = Barrier(2)

    def one(n: int) -> int:
        both.wait(30)
        return desk.file(f"{n}.pdf")

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(one, range(2)))) == 2
    assert (desk.count(Draft), desk.count(DraftFile)) == (1, 2)


def test_a_dropped_file_is_gone_from_the_disk(desk: Desk) -> None:
    announced = Announced(component="bao-cao", name="a.pdf", size=10)
    with desk.database.writing() as session:
        draft = working_draft(session, session.get_one(Obligation, desk.id), **WHO)
        file = begin_file(session, draft, announced)
        with desk.uploads.appending(file.key) as target:
            target.write(b"123")
        assert desk.uploads.received(file.key) == 3
        drop_file(session, file, desk.uploads)
        assert desk.uploads.received(file.key) == 0
    assert desk.count(DraftFile) == 0


def test_a_file_too_many_is_refused(desk: Desk) -> None:
    desk.file("a.pdf")
    desk.file("b.pdf")
    with pytest.raises(FileRefused, match="at most 2 files"):
        desk.file("c.pdf")
    assert desk.file("B.PDF", PDF + b"%%EOF\n") > 0
    assert desk.count(DraftFile) == 2


def test_nul_characters_are_shown_not_kept(desk: Desk) -> None:
    desk.typed(0, so="1\x002")
    with desk.database.reading() as session:
        draft = draft_of(session, session.get_one(Obligation, desk.id))
        assert draft is not None
        assert draft.fields == {"so": "1�2"}


def test_an_endless_entry_is_refused(desk: Desk) -> None:
    with pytest.raises(FileRefused):
        desk.typed(0, so="1" * 100_001)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../a.pdf", "a.pdf"), ("C:\\x\\a.pdf", "a.pdf"), ("a/", ""), ("e\u0301.pdf", "é.pdf")],
)
def test_folders_are_left_out_of_names(name: str, kept: str) -> None:
    assert base_name(name) == kept


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    with uploads.appending("0" * 32), pytest.raises(UploadElsewhere), uploads.appending("0" * 32):
        pass


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "g" * 32, "0" * 31, "0" * 32 + "\n"])
def test_a_key_is_no_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        Uploads(tmp_path).path(key)


def test_old_pieces_are_cleared_away(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    assert Uploads(tmp_path / "none").discard_old(30) == 0
    with uploads.appending("0" * 32) as target:
        target.write(b"1")
    assert uploads.discard_old(30) == 0
    assert uploads.discard_old(-1) == 1
