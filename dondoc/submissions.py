"""What a unit hands in, and what the office decides about it.

1. `prepare` checks files and fields and puts the files into the store, flushed to disk.
2. `record` makes the version, fulfils the obligation where the version is complete, signs the
   receipt and queues its letter: one transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from dondoc.decision import NothingToAccept, NothingToExempt, NotTaken, ReasonMissing
from dondoc.dossier import NOTHING, Aside, Checked, Offered, check, components
from dondoc.extensions import lapse
from dondoc.fields import Given
from dondoc.fulfilment import end_planned, end_review, fulfil, receive_incomplete
from dondoc.paper import sets_of
from dondoc.plan.model import Audience, Component, HandIn
from dondoc.receipts import Signer, issue, receipt_text
from dondoc.record import about, enter
from dondoc.store import FileChanging, FileStore, Stored
from dondoc.tables import (
    IN_REVIEW,
    OWING,
    Letter,
    Obligation,
    ObligationState,
    Reason,
    Receipt,
    Submission,
    SubmittedFile,
)
from dondoc.timeliness import LateDays
from dondoc.units.audience import belongs
from dondoc.units.standing_in import reader_of
from dondoc.urgent import seated, urgent_letter
from dondoc.words import Language, Words

DECIDED = (ObligationState.ACCEPTED, ObligationState.EXEMPT, ObligationState.ENDED)
"""Nothing more is handed in."""


def still_taken() -> ColumnElement[bool]:
    """Whether something may yet be handed in for an obligation."""
    return and_(Obligation.state.not_in(DECIDED), Obligation.dropped_in.is_(None))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Checked and on disk, but not yet a row."""

    checked: Checked
    stored: tuple[Stored, ...]


def submit(
    session: Session,
    store: FileStore,
    signer: Signer,
    obligation: Obligation,
    *,
    files: list[Offered],
    fields: Given,
    actor: str,
    now: datetime,
    late_days: LateDays | None = None,
) -> Submission:
    """Both steps in one; a caller with large files takes them one by one, so that no transaction
    is open while they are copied. Raises NotTaken, DossierWrong, FileUnreadable, FileChanging."""
    prepared = prepare(session, store, obligation, files, fields)
    return record(session, signer, obligation, prepared, actor=actor, now=now, late_days=late_days)


def prepare(
    session: Session,
    store: FileStore,
    obligation: Obligation,
    files: Sequence[Offered],
    fields: Given,
    *,
    said: Aside = NOTHING,
) -> Prepared:
    """Reads the database, writes only files. Raises as `submit`."""
    refuse_decided(obligation)
    checked = check(
        hand_in(obligation),
        files,
        fields,
        asked=lambda only: asked(session, obligation, only),
        said=said,
    )
    stored = tuple(file.stored or store.put(file.path) for file in checked.files)
    for file, found in zip(checked.files, stored, strict=True):
        if file.size != found.size:
            raise FileChanging(file=file.path)
    return Prepared(checked=checked, stored=stored)


def record(
    session: Session,
    signer: Signer,
    obligation: Obligation,
    prepared: Prepared,
    *,
    actor: str,
    now: datetime,
    late_days: LateDays | None = None,
) -> Submission:
    """The next version, immutable from here on; `late_days` counts working days for the receipt.
    A complete one fulfils the obligation; an incomplete one with a reason for all that is missing
    is received as such. Raises NotTaken."""
    _lock(session, obligation)
    refuse_decided(obligation)
    submission = _version(session, obligation, prepared, actor=actor, now=now)
    if submission.complete:
        fulfil(session, [obligation.id], now=now)
    elif prepared.checked.with_reason:
        receive_incomplete(session, [obligation.id], now=now)
    session.refresh(obligation)
    receipt = issue(session, submission, signer, late_days=late_days)
    session.flush()
    letter = _letter(session, submission, receipt, signer=signer, now=now)
    if letter is not None:
        session.add(letter)
    facts = {"version": submission.version, "receipt": receipt.number}
    entry = about(obligation, actor=actor, action="submit", **facts)
    enter(session, replace(entry, on_behalf=obligation.unit.code), now=now)
    session.flush()
    return submission


def accept(session: Session, obligation: Obligation, *, actor: str, now: datetime) -> None:
    """Raises NothingToAccept."""
    won = session.execute(
        update(Obligation)
        .where(Obligation.id == obligation.id, Obligation.state.in_(IN_REVIEW))
        .values(state=ObligationState.ACCEPTED, decided_at=now)
    )
    session.refresh(obligation)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise NothingToAccept.of(obligation)
    end_planned(session, [obligation.id], reason=Reason.ACCEPTED, now=now)
    end_review(session, obligation, reason=Reason.REVIEWED, now=now)
    enter(session, about(obligation, actor=actor, action="accept"), now=now)


def exempt(
    session: Session, obligation: Obligation, reason: str, *, actor: str, now: datetime
) -> None:
    """Raises NothingToExempt, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    won = session.execute(
        update(Obligation)
        .where(Obligation.id == obligation.id, Obligation.state.in_(OWING))
        .values(state=ObligationState.EXEMPT, exempt_reason=reason.strip(), decided_at=now)
    )
    session.refresh(obligation)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise NothingToExempt.of(obligation)
    end_planned(session, [obligation.id], reason=Reason.EXEMPT, now=now)
    lapse(session, [obligation.id], now=now)
    entry = about(obligation, actor=actor, action="exempt")
    enter(session, replace(entry, reason=reason.strip()), now=now)


def hand_in(obligation: Obligation) -> HandIn:
    return HandIn.model_validate(obligation.occurrence.milestone.body.get("hand_in") or {})


def asked_parts(session: Session, obligation: Obligation) -> dict[str, Component]:
    """The components asked of the unit, by code."""
    found = components(hand_in(obligation), lambda only: asked(session, obligation, only))
    return {part.code: part for part in found}


def asked(session: Session, obligation: Obligation, only: Audience) -> bool:
    """Whether the unit belongs to the audience on the day the occurrence is due."""
    return belongs(session, only, obligation.unit_id, on=obligation.occurrence.due_on)


def _lock(session: Session, obligation: Obligation) -> None:
    """Two versions at once get two numbers."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)


def refuse_decided(obligation: Obligation) -> None:
    if obligation.state in DECIDED:
        raise NotTaken.of(obligation)


def _version(
    session: Session, obligation: Obligation, prepared: Prepared, *, actor: str, now: datetime
) -> Submission:
    last = session.scalar(
        select(func.max(Submission.version)).where(Submission.obligation_id == obligation.id)
    )
    checked = prepared.checked
    pairs = zip(checked.files, prepared.stored, strict=True)
    submission = Submission(
        obligation=obligation,
        version=(last or 0) + 1,
        received_at=now,
        received_by=actor,
        complete=checked.complete,
        fields=dict(checked.values),
        missing={code: {"vi": lack.vi, "en": lack.en} for code, lack in checked.missing.items()},
        waived=dict(checked.waived),
        excused=dict(checked.excused),
        files=[
            SubmittedFile(
                component=file.component, name=file.name, sha256=stored.sha256, size=stored.size
            )
            for file, stored in pairs
        ],
    )
    session.add(submission)
    session.flush()
    return submission


def _letter(
    session: Session, submission: Submission, receipt: Receipt, *, signer: Signer, now: datetime
) -> Letter | None:
    """To whoever reads for the unit; None where nobody does."""
    obligation = submission.obligation
    plan = obligation.occurrence.milestone.plan
    today = now.astimezone(ZoneInfo(plan.time_zone)).date()
    reader = reader_of(session, obligation.unit_id, today=today)
    if reader is None or reader.email is None:
        return None
    return urgent_letter(
        "receipt",
        f"receipt:{submission.id}",
        seated(reader, reader.email, obligation.unit.name),
        message_id=f"<receipt-{submission.id}.{signer.installation}@dondoc>",
        day=today,
        now=now,
        office=plan.standing_office.name,
        epoch=reader.link_epoch,
        receipt=_receipt_facts(submission, receipt, reader.language)
        | {"file": receipt_text(receipt, signer)},
    )


EXCUSE = Words(" (lý do: {reason})", " (reason: {reason})")


def _excuse(reason: str | None, language: Language) -> str:
    return "" if reason is None else EXCUSE.text(language, reason=reason)


def _receipt_facts(submission: Submission, receipt: Receipt, language: Language) -> dict[str, Any]:
    """What the letter's template reads."""
    obligation = submission.obligation
    occurrence = obligation.occurrence
    plan = occurrence.milestone.plan
    body = json.loads(receipt.body)
    return {
        "number": receipt.number,
        "unit_name": obligation.unit.name,
        "plan": plan.title,
        "name": occurrence.milestone.name,
        "occurrence": occurrence.label,
        "version": submission.version,
        "received": body["received_at"],
        "verdict": body["verdict"],
        "due": body["due"],
        "extended_from": body["printed"] if obligation.last_on > occurrence.last_on else None,
        "late_days": body["late_days"],
        "files": [[file.name, file.size, file.sha256] for file in submission.files],
        "missing": [
            lack[language.value] + _excuse(submission.excused.get(code), language)
            for code, lack in submission.missing.items()
        ],
        "signature": receipt.signature,
        "paper": _paper(obligation, language),
    }


def _paper(obligation: Obligation, language: Language) -> str:
    sets = sets_of(obligation)
    return "" if sets is None else sets.said.text(language)
