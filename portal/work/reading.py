"""A draft's document is read, as `dondoc read` does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from documents.reading.beside import Beside, Marked, beside
from documents.reading.matching import Directory
from documents.reading.opening import open_document
from documents.reading.reader import read
from dondoc.plan_drafts import By, keep_reading
from dondoc.store import FileStore
from dondoc.tables import PlanDraft
from dondoc.units.export import unit_rows
from portal.context import Portal

LONGEST_NAME = 60
"""letters; a file system counts bytes"""


def read_draft(portal: Portal, draft_id: int, by: By) -> None:
    """Raises DocumentWrong."""
    with portal.database.reading() as session:
        draft = session.get_one(PlanDraft, draft_id)
        document, name = draft.document or "", draft.name
        rows = unit_rows(session)
    with _named(portal.store, document, name) as path:
        reading = read(open_document(path), day_off=portal.hours.calendar.why_off)
    directory = Directory(rows, on=reading.header.issued) if rows else None
    found = beside(reading, directory=directory, year=portal.hours.today(by.now).year)
    with portal.database.writing() as session:
        draft = session.get_one(PlanDraft, draft_id)
        keep_reading(
            draft, source=found.draft.text, text=found.text, marks=marks_of(found), now=by.now
        )


def marks_of(found: Beside) -> dict[str, Any]:
    """As the draft's row keeps them."""
    return {
        "milestones": [_mark(one) for one in found.milestones],
        "undated": [_mark(one) for one in found.undated],
    }


def _mark(one: Marked) -> dict[str, Any]:
    return {
        "code": one.code,
        "quote": one.quote,
        "places": [list(place) for place in one.places],
        "confidence": one.confidence,
        "doubts": [list(doubt) for doubt in one.doubts],
    }


@contextmanager
def _named(store: FileStore, sha256: str, name: str) -> Iterator[Path]:
    """The stored file under the name it came with: what it claims to be is compared with what it
    is. Raises NotStored."""
    store.open(sha256).close()
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / name[-LONGEST_NAME:]
        path.symlink_to(store.path(sha256).absolute())
        yield path
