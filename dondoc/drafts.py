"""What a unit puts together before it hands in: kept as it is typed, checked only when asked.

Fields and waivers are the draft's one page: whoever saves it says which revision he saw. Files
come and go by themselves.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.dossier import Offered, unfit, unfit_offer
from dondoc.errors import DondocError
from dondoc.plan.model import Component
from dondoc.store import FileStore, Stored
from dondoc.submissions import DECIDED, asked_parts, refuse_decided
from dondoc.tables import Draft, DraftFile, Obligation, Submission
from dondoc.uploads import Uploads
from dondoc.words import Words

LONGEST_ENTRY = 100_000


class DraftChanged(DondocError):
    """The draft was changed in another window meanwhile; what was typed here is not saved."""

    vi = "Bản nháp đã được sửa ở một cửa sổ khác; nội dung vừa gõ ở đây chưa được lưu."


class FileRefused(DondocError):
    """{why}"""

    vi = "{why}"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A draft's page as somebody sent it: raw text by field, reasons by component why it does not
    apply (`waived`) or is missing (`excused`). `revision` is the one he saw, 0 where there was no
    draft."""

    revision: int
    fields: Mapping[str, str]
    waived: Mapping[str, str]
    excused: Mapping[str, str] = field(default_factory=dict)


def draft_of(session: Session, obligation: Obligation) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.obligation_id == obligation.id))


def begin_draft(session: Session, obligation: Obligation, *, actor: str, now: datetime) -> Draft:
    """The obligation's draft; a new one starts from what was handed in last. Raises NotTaken."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)
    refuse_decided(obligation)
    draft = draft_of(session, obligation)
    if draft is None:
        draft = _begun(obligation, last_version(session, obligation))
        draft.changed_at, draft.changed_by = now, actor
        session.add(draft)
        session.flush()
    return draft


def working_draft(session: Session, obligation: Obligation, *, actor: str, now: datetime) -> Draft:
    """The draft a window works on. Before anything was handed in there need not be one yet;
    afterwards a window without one shows what is past. Raises NotTaken, DraftChanged."""
    past = draft_of(session, obligation) is None and last_version(session, obligation) is not None
    if past and obligation.state not in DECIDED:
        raise DraftChanged
    return begin_draft(session, obligation, actor=actor, now=now)


def last_version(session: Session, obligation: Obligation) -> Submission | None:
    return session.scalar(
        select(Submission)
        .where(Submission.obligation_id == obligation.id)
        .order_by(Submission.version.desc())
        .limit(1)
    )


def _begun(obligation: Obligation, last: Submission | None) -> Draft:
    if last is None:
        return Draft(obligation=obligation, revision=0, fields={}, waived={}, excused={})
    return Draft(
        obligation=obligation,
        revision=0,
        fields={code: _as_typed(value) for code, value in last.fields.items()},
        waived=dict(last.waived),
        excused=dict(last.excused),
        files=[
            DraftFile(
                key=_key(obligation, file.component, file.name, (file.size, file.sha256)),
                component=file.component,
                name=file.name,
                size=file.size,
                sha256=file.sha256,
            )
            for file in last.files
        ],
    )


def _as_typed(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def save(session: Session, draft: Draft, typed: Typed, *, actor: str, now: datetime) -> bool:
    """Whether anything was new. Raises DraftChanged, FileRefused for what is endless."""
    session.refresh(draft, with_for_update=True)
    fields, waived, excused = map(_kept, (typed.fields, typed.waived, typed.excused))
    if (draft.fields, draft.waived, draft.excused) == (fields, waived, excused):
        return False
    if typed.revision != draft.revision:
        raise DraftChanged
    draft.fields, draft.waived, draft.excused = fields, waived, excused
    draft.revision += 1
    draft.changed_at, draft.changed_by = now, actor
    session.flush()
    return True


def _kept(entries: Mapping[str, str]) -> dict[str, str]:
    """NUL cannot be kept by PostgreSQL; the blank ones need not be."""
    for code, entry in entries.items():
        if len(entry) > LONGEST_ENTRY:
            raise FileRefused(
                why=Words(f"mục {code}: dài quá {LONGEST_ENTRY} ký tự", f"{code}: endless")
            )
    return {code: entry.replace("\0", "�") for code, entry in entries.items() if entry.strip()}


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A file that is about to come; `modified` tells two files of the same name and size apart."""

    component: str
    name: str
    size: int
    modified: str = ""


def begin_file(session: Session, draft: Draft, announced: Announced) -> DraftFile:
    """The same file again continues where it stopped. Raises FileRefused before a byte has
    come."""
    name = base_name(announced.name)
    part = asked_parts(session, draft.obligation).get(announced.component)
    if part is None:
        code = announced.component[:60]
        raise FileRefused(why=Words(f"không có thành phần {code!r}", f"no component {code!r}"))
    refuse([*unfit_offer(part, name, announced.size), *_beyond(draft, part, name)])
    details = (announced.size, announced.modified)
    key = _key(draft.obligation, part.code, name, details)
    known = next((file for file in draft.files if file.key == key), None)
    if known is not None:
        return known
    file = DraftFile(key=key, component=part.code, name=name, size=announced.size)
    draft.files.append(file)
    session.flush()
    return file


def base_name(name: str) -> str:
    """Without the folders that some browsers send along."""
    return unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].strip()


def _beyond(draft: Draft, part: Component, name: str) -> list[Words]:
    whole = [file for file in draft.files if file.component == part.code and file.sha256]
    others = [file for file in whole if file.name.casefold() != name.casefold()]
    if len(others) < part.max_files:
        return []
    most = part.max_files
    return [Words(f"{part.name}: nhiều nhất {most} tệp", f"{part.name}: at most {most} files")]


def _key(obligation: Obligation, component: str, name: str, details: tuple[object, ...]) -> str:
    text = "\0".join(map(str, (obligation.id, component, name, *details)))
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def finish_file(
    database: Database, find: Callable[[Session], DraftFile], store: FileStore, uploads: Uploads
) -> set[int]:
    """All bytes are there: the file goes to the store, and takes the place of one with its name;
    the ids of those are returned. Nothing is locked while it is read. Raises FileRefused where it
    is not what its name says; it is dropped then."""
    try:
        with database.reading() as session:
            _check_file(session, find(session), uploads)
            key = find(session).key
    except FileRefused:
        with database.writing() as session:
            drop_file(session, find(session), uploads)
        raise
    stored = store.take(uploads.path(key))
    with database.writing() as session:
        replaced = _place_file(session, find(session), stored)
    for one in replaced:
        uploads.discard(one.key)
    return {one.id for one in replaced}


def add_stored(
    session: Session, draft: Draft, announced: Announced, stored: Stored, store: FileStore
) -> DraftFile:
    """What is in the store already, as if it had come to the draft: it takes the place of one with
    its name. Raises FileRefused, and nothing is changed then."""
    with session.begin_nested():
        file = begin_file(session, draft, announced)
        part = asked_parts(session, draft.obligation)[file.component]
        path = store.path(stored.sha256)
        offered = Offered(component=part.code, path=path, name=file.name, size=stored.size)
        refuse(list(unfit(part, offered)))
        _place_file(session, file, stored)
    return file


def _check_file(session: Session, file: DraftFile, uploads: Uploads) -> None:
    part = asked_parts(session, file.draft.obligation).get(file.component)
    offered = Offered(
        component=file.component, path=uploads.path(file.key), name=file.name, size=file.size
    )
    if part is not None:
        refuse([*unfit(part, offered), *_beyond(file.draft, part, file.name)])


def _place_file(session: Session, file: DraftFile, stored: Stored) -> list[DraftFile]:
    """Those whose place it takes."""
    others = [
        one
        for one in file.draft.files
        if one is not file
        and one.component == file.component
        and one.name.casefold() == file.name.casefold()
    ]
    for one in others:
        file.draft.files.remove(one)
    file.sha256 = stored.sha256
    session.flush()
    return others


def drop_file(session: Session, file: DraftFile, uploads: Uploads) -> None:
    uploads.discard(file.key)
    file.draft.files.remove(file)
    session.flush()


def refuse(why: list[Words]) -> None:
    """Raises FileRefused where there is anything to say."""
    if why:
        raise FileRefused(
            why=Words("; ".join(one.vi for one in why), "; ".join(one.en for one in why))
        )
