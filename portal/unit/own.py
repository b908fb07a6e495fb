"""What a unit's page is about, for this visitor or not at all."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.links import Caller
from dondoc.access.scope import NotHere, obligation_of_units
from dondoc.submissions import asked_parts
from dondoc.tables import Draft, DraftFile, Obligation, Submission, SubmittedFile, Template
from dondoc.templates import templates


def own(session: Session, visitor: Caller, obligation: int) -> Obligation:
    """Raises NotHere."""
    return obligation_of_units(session, visitor.units, obligation)


def own_draft_file(session: Session, owed: Obligation, key: str) -> DraftFile:
    """Raises NotHere."""
    of_draft = select(DraftFile).join(Draft).where(Draft.obligation_id == owed.id)
    found = session.scalar(of_draft.where(DraftFile.key == key))
    if found is None:
        raise NotHere
    return found


def draft_file_for(session: Session, *, visitor: Caller, where: tuple[int, str]) -> DraftFile:
    """By obligation and key. Raises NotHere."""
    obligation, key = where
    return own_draft_file(session, own(session, visitor, obligation), key)


def own_version(session: Session, owed: Obligation, version: int) -> Submission:
    """Raises NotHere."""
    of_obligation = select(Submission).where(Submission.obligation_id == owed.id)
    found = session.scalar(of_obligation.where(Submission.version == version))
    if found is None:
        raise NotHere
    return found


def templates_of(session: Session, owed: Obligation) -> dict[str, Template]:
    """By the code of the component that asks for it."""
    plan = owed.occurrence.milestone.plan
    known = {row.name: row for row in templates(session, plan)}
    parts = asked_parts(session, owed).values()
    return {part.code: known[part.template] for part in parts if part.template in known}


def own_template(session: Session, owed: Obligation, code: str) -> Template:
    """Raises NotHere."""
    found = templates_of(session, owed).get(code)
    if found is None:
        raise NotHere
    return found


def own_file(submission: Submission, file: int) -> SubmittedFile:
    """Raises NotHere."""
    found = next((one for one in submission.files if one.id == file), None)
    if found is None:
        raise NotHere
    return found
