"""Files of the store that no row names any more: of discarded drafts, of uploads taken out again,
of what broke off in the middle.

1. What was handed in less than KEPT days ago is left alone: its row may not be written yet.
2. What no row names is laid aside.
3. What lies aside and is named after all goes back; what nobody missed for KEPT days is removed.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from dondoc.database import Database
from dondoc.store import FileStore
from dondoc.tables import (
    DraftFile,
    PlanDraft,
    PlanDraftState,
    PlanDraftTemplate,
    ReplyFile,
    SubmittedFile,
    Template,
)
from dondoc.uploads import KEPT

AT_ONCE = 500
"""files asked for in one statement"""
DAY = 86_400
LOOKED = "looked-through"
"""the file that says when this was done last"""
NAMES: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...] = (
    SubmittedFile.sha256,
    DraftFile.sha256,
    Template.sha256,
    PlanDraftTemplate.sha256,
    ReplyFile.sha256,
)
"""besides the document of a plan draft that is not discarded"""


class Tidied(NamedTuple):
    """How many files."""

    aside: int = 0
    back: int = 0
    removed: int = 0


def tidy_daily(database: Database, store: FileStore) -> Tidied:
    """What is missed goes back at once; all the rest once a day, whoever comes first. Two at the
    same time do no harm."""
    mark = store.folder / LOOKED
    if not store.folder.is_dir():
        return Tidied()
    if mark.exists() and mark.stat().st_mtime > time.time() - DAY:
        return Tidied(back=_brought_back(database, store))
    mark.touch()
    return tidy(database, store)


def tidy(database: Database, store: FileStore, *, days: int = KEPT) -> Tidied:
    before = time.time() - days * DAY
    back = _brought_back(database, store)
    removed = sum(_removed(path, before) for path in store.set_aside())
    old = (path for path in store.placed() if _age(path) < before)
    aside = sum(store.lay_aside(path, before) for path in _unnamed(database, old))
    return Tidied(aside, back, removed)


def named(session: Session, sha256s: Iterable[str]) -> set[str]:
    """Those of the files that a row names; one statement, so that a file whose name passes from
    one table to another meanwhile is seen in one of them."""
    wanted = list(sha256s)
    of_drafts = select(PlanDraft.document).where(
        PlanDraft.document.in_(wanted), PlanDraft.state != PlanDraftState.DISCARDED
    )
    others = (select(column).where(column.in_(wanted)) for column in NAMES)
    return {one for one in session.scalars(union_all(of_drafts, *others)) if one is not None}


def _brought_back(database: Database, store: FileStore) -> int:
    count = 0
    for some in _in_parts(store.set_aside()):
        with database.reading() as session:
            missed = named(session, [path.name for path in some])
        for path in some:
            if path.name in missed:
                store.bring_back(path)
                count += 1
    return count


def _unnamed(database: Database, paths: Iterable[Path]) -> Iterator[Path]:
    for some in _in_parts(paths):
        with database.reading() as session:
            known = named(session, [path.name for path in some])
        yield from (path for path in some if path.name not in known)


def _in_parts(paths: Iterable[Path]) -> Iterator[list[Path]]:
    rest = iter(paths)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _age(path: Path) -> float:
    """When it was handed in last; now, where another process was first."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _removed(path: Path, before: float) -> bool:
    if _age(path) >= before:
        return False
    path.unlink(missing_ok=True)
    return True
