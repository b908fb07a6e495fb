"""A draft becomes a submission: all that is missing and all that is wrong first, at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.dossier import Aside, Fault, Findings, Offered, inspect
from dondoc.drafts import DraftChanged, draft_of
from dondoc.errors import DondocError
from dondoc.signing import Signer
from dondoc.store import FileStore, NotStored, Stored
from dondoc.submissions import Prepared, asked, hand_in, record
from dondoc.tables import Draft, DraftFile, Obligation, Submission
from dondoc.timeliness import LateDays
from dondoc.words import Words

ON_ITS_WAY = Words("{name}: chưa tải lên xong", "{name}: not fully uploaded yet")


class NotComplete(DondocError):
    """Not handed in yet: something is missing."""

    vi = "Chưa nộp được: còn thiếu."


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the person who hands in had before her eyes."""

    revision: int
    files: Collection[int]


@dataclass(frozen=True, kw_only=True)
class By:
    """Who hands in, when, and what signs the receipt."""

    actor: str
    now: datetime
    signer: Signer
    late_days: LateDays | None = None


def findings(session: Session, draft: Draft, store: FileStore) -> Findings:
    """What cannot be taken, and what is missing."""
    obligation = draft.obligation
    found = inspect(
        hand_in(obligation),
        [_offered(file, store) for file in draft.files if file.sha256],
        dict(draft.fields),
        asked=lambda only: asked(session, obligation, only),
        said=Aside(waived=draft.waived, missing=draft.excused),
    )
    half = [
        Fault(file.component, Words(*(said.format(name=file.name) for said in ON_ITS_WAY)))
        for file in draft.files
        if not file.sha256
    ]
    return Findings(checked=found.checked, faults=(*found.faults, *half))


def hand_in_draft(
    session: Session,
    obligation: Obligation,
    seen: Seen,
    *,
    store: FileStore,
    by: By,
) -> Submission:
    """The draft as it was seen, or nothing: complete, or with a reason for all that is missing.
    Raises DraftChanged, NotComplete, NotTaken."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)
    draft = draft_of(session, obligation)
    if draft is None or draft.revision != seen.revision:
        raise DraftChanged
    if {file.id for file in draft.files} != set(seen.files):
        raise DraftChanged
    found = findings(session, draft, store)
    if found.faults or found.checked.unexplained:
        raise NotComplete
    submission = record(
        session,
        by.signer,
        obligation,
        Prepared(
            checked=found.checked, stored=tuple(_stored(file) for file in found.checked.files)
        ),
        actor=by.actor,
        now=by.now,
        late_days=by.late_days,
    )
    session.delete(draft)
    session.flush()
    return submission


def _offered(file: DraftFile, store: FileStore) -> Offered:
    """Raises NotStored where the disk lost what the row promises."""
    stored = Stored(file.sha256 or "", file.size)
    if not store.has(stored):
        raise NotStored(sha256=stored.sha256)
    return Offered(
        component=file.component,
        path=store.path(stored.sha256),
        name=file.name,
        size=file.size,
        stored=stored,
    )


def _stored(file: Offered) -> Stored:
    if file.stored is None:
        raise NotStored(sha256=file.name)
    return file.stored
