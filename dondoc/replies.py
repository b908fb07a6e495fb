"""Answers to letters: files that came by mail go into drafts, and wait there for somebody to press
Hand in. When the office's mail server took them is evidence beside what was handed in; whether it
was in time is judged by the time of handing in alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, not_, select, true, update
from sqlalchemy.orm import Session, contains_eager, selectinload

from dondoc.access.scope import NotHere, own
from dondoc.decision import NotTaken
from dondoc.drafts import Announced, add_stored, begin_draft
from dondoc.errors import DondocError
from dondoc.record import Entry, enter, subject_of
from dondoc.store import FileStore, NotStored, Stored
from dondoc.submissions import asked_parts, still_taken
from dondoc.tables import (
    OPEN_REPLY,
    Account,
    AccountRole,
    Draft,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Reply,
    ReplyCause,
    ReplyFile,
    ReplyState,
    Submission,
)
from dondoc.words import Words

CAUSES = {
    ReplyCause.SEVERAL: Words(
        "chưa rõ tệp thuộc đầu việc nào", "it is not clear what the files belong to"
    ),
    ReplyCause.NONE_OPEN: Words(
        "không còn đầu việc nào của thư ấy chờ nộp", "nothing in that letter is open any more"
    ),
    ReplyCause.STRANGER: Words(
        "người gửi không phải địa chỉ nào của đơn vị", "the sender is no address of the unit"
    ),
    ReplyCause.PART: Words(
        "chưa rõ tệp thuộc thành phần nào của hồ sơ",
        "it is not clear which part of the dossier the files are",
    ),
    ReplyCause.EXPIRED: Words(
        "thư được trả lời đã hết hiệu lực, hoặc vị trí ấy đã có người khác",
        "the letter it answers has expired, or somebody else has that seat now",
    ),
    ReplyCause.NO_LETTER: Words(
        "không rõ trả lời thư nào", "it is not clear which letter it answers"
    ),
    ReplyCause.SEALED: Words(
        "thư mã hóa hoặc đóng gói S/MIME, không mở được",
        "the message is encrypted or wrapped by S/MIME and cannot be opened",
    ),
    ReplyCause.TOO_LARGE: Words("thư quá lớn", "the message is too large"),
    ReplyCause.BROKEN: Words("thư hỏng, không đọc được", "the message is broken"),
    ReplyCause.NO_READER: Words(
        "câu hỏi chưa chuyển được: cơ quan thường trực không có ai nhận thư",
        "a question nobody got: nobody reads for the standing office",
    ),
    ReplyCause.TOO_MANY: Words(
        "địa chỉ này gửi quá nhiều trong một ngày, không chuyển tiếp nữa",
        "this address wrote too often in a day; it is not passed on any more",
    ),
}


STATES = {
    ReplyState.DRAFTED: Words("tệp đã vào bản nháp", "its files are in the draft"),
    ReplyState.WAITING: Words("có tệp chờ chọn đầu việc", "files wait to be placed"),
    ReplyState.REFUSED: Words("không nhận được tệp nào", "none of its files was taken"),
    ReplyState.ASKED: Words("câu hỏi, đã chuyển cơ quan", "a question, passed on to the office"),
    ReplyState.UNREAD: Words("chưa hiểu được", "not understood"),
    ReplyState.SETTLED: Words("đã xử lý", "seen to"),
}


MOST_CLOSED = 20


class AnswerSettled(DondocError):
    """Somebody has seen to this answer already; nothing of it is placed any more."""

    vi = "Thư trả lời này đã có người xử lý; không xếp tệp nào của thư nữa."


@dataclass(frozen=True, kw_only=True)
class Settling:
    """Who sees to an answer, and when."""

    actor: str
    now: datetime
    store: FileStore


def put_into_draft(
    session: Session, file: ReplyFile, obligation: Obligation, component: str, by: Settling
) -> None:
    """By the same rules as a file that is uploaded. Raises FileRefused, NotTaken, NotStored."""
    if obligation.dropped_in is not None:
        raise NotTaken.dropped(obligation)
    stored = Stored(file.sha256 or "", file.size)
    if not by.store.has(stored):
        raise NotStored(sha256=stored.sha256)
    draft = begin_draft(session, obligation, actor=by.actor, now=by.now)
    announced = Announced(component=component, name=file.name, size=file.size)
    add_stored(session, draft, announced, stored, by.store)
    file.obligation_id, file.component = obligation.id, component


def settle_where_placed(session: Session, reply: Reply, by: Settling) -> None:
    """Where none of its files waits any more."""
    session.flush()
    if reply.open and not any(file.waiting for file in reply.files):
        placed = any(file.component for file in reply.files)
        reply.state = ReplyState.DRAFTED if placed else ReplyState.SETTLED
        reply.settled_at, reply.settled_by = by.now, by.actor


NOT_OURS = Words("đơn vị bỏ, không dùng", "laid aside by the unit")


def lay_aside(session: Session, file: ReplyFile) -> None:
    """The unit does not want it: perhaps it did not send it."""
    file.refused, file.sha256 = {"vi": NOT_OURS.vi, "en": NOT_OURS.en}, None
    session.flush()


def settle(session: Session, reply: Reply, by: Settling) -> bool:
    """Somebody saw to it; False where it was somebody else."""
    won = session.execute(
        update(Reply)
        .where(Reply.id == reply.id, OPEN_REPLY)
        .values(state=ReplyState.SETTLED, settled_at=by.now, settled_by=by.actor)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        return False
    session.refresh(reply)
    subject = subject_of(unit=reply.unit.code) if reply.unit else subject_of()
    facts = {"reply": reply.id, "sender": reply.sender}
    entry = Entry(actor=by.actor, action="reply_settled", subject=subject, facts=facts)
    enter(session, entry, now=by.now)
    return True


def choices(
    session: Session, units: Collection[int], account: Account | None = None
) -> list[Obligation]:
    """What files may still come for; with an account, to plans of its office alone."""
    chosen = _owed(units, account).where(still_taken())
    return list(session.scalars(chosen.order_by(Obligation.last_on, Obligation.id)))


def closed(session: Session, unit: int, account: Account) -> list[Obligation]:
    """What nothing more comes for, the latest first."""
    chosen = _owed([unit], account).where(not_(still_taken()))
    chosen = chosen.order_by(Obligation.last_on.desc())
    return list(session.scalars(chosen.limit(MOST_CLOSED)))


def _owed(units: Collection[int], account: Account | None) -> Select[tuple[Obligation]]:
    return (
        select(Obligation)
        .join(Obligation.occurrence)
        .join(Occurrence.milestone)
        .join(Milestone.plan)
        .where(Obligation.unit_id.in_(units), true() if account is None else own(account))
        .options(contains_eager(Obligation.occurrence).contains_eager(Occurrence.milestone))
    )


class PartOf(NamedTuple):
    """A component of an obligation's dossier, as somebody chooses it."""

    obligation: Obligation
    code: str
    name: str


def parts_to_choose(
    session: Session, units: Collection[int], account: Account | None = None
) -> list[PartOf]:
    return [
        PartOf(owed, part.code, part.name)
        for owed in choices(session, units, account)
        for part in asked_parts(session, owed).values()
    ]


def open_for_units(units: Collection[int]) -> Select[tuple[Reply]]:
    """Whose files wait to be told where they belong."""
    waiting = Reply.state == ReplyState.WAITING
    chosen = select(Reply).where(OPEN_REPLY, waiting, Reply.unit_id.in_(units))
    return chosen.options(selectinload(Reply.files)).order_by(Reply.id)


def of_office(account: Account) -> ColumnElement[bool]:
    """A condition on answers; one that concerns nobody known is the administrators'."""
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    return Reply.office_id == account.office_id


def open_for_office(account: Account) -> Select[tuple[Reply]]:
    """The latest first."""
    chosen = select(Reply).where(OPEN_REPLY, of_office(account))
    return chosen.options(selectinload(Reply.unit)).order_by(Reply.id.desc())


def reply_for(session: Session, account: Account, reply_id: int) -> Reply:
    """Raises NotHere."""
    found = session.scalar(select(Reply).where(Reply.id == reply_id, of_office(account)))
    if found is None:
        raise NotHere
    return found


def count_open(session: Session, account: Account) -> int:
    counted = select(func.count()).select_from(Reply).where(OPEN_REPLY, of_office(account))
    return session.scalar(counted) or 0


def sole_office(session: Session) -> int | None:
    """The standing office of all plans, where there is but one."""
    offices = session.scalars(select(Plan.standing_office_id).distinct().limit(2)).all()
    return offices[0] if len(offices) == 1 else None


class ByMail(NamedTuple):
    """An answer of which so many `files` stand in a draft."""

    mailed_at: datetime | None
    at: datetime
    sender: str
    files: int


def in_draft(session: Session, draft: Draft | None) -> list[ByMail]:
    """By what the files hold, for they may have been replaced or taken out since."""
    hashes = {file.sha256 for file in draft.files if file.sha256} if draft else set()
    if draft is None or not hashes:
        return []
    rows = session.execute(
        _by_mail().where(
            ReplyFile.obligation_id == draft.obligation_id, ReplyFile.sha256.in_(hashes)
        )
    )
    return [ByMail(*row) for row in rows]


def _by_mail() -> Select[tuple[datetime | None, datetime, str, int]]:
    return (
        select(Reply.mailed_at, Reply.at, Reply.sender, func.count())
        .join(ReplyFile, ReplyFile.reply_id == Reply.id)
        .where(ReplyFile.component.is_not(None))
        .group_by(Reply.id, Reply.mailed_at, Reply.at, Reply.sender)
        .order_by(Reply.id)
    )


class Evidence(NamedTuple):
    """When the office's mail server had taken `files` of all `of` files of a submission."""

    at: datetime
    files: int
    of: int


def evidence(session: Session, submission: Submission) -> Evidence | None:
    """Of what came by mail before it was handed in, file by file the same bytes."""
    hashes = [file.sha256 for file in submission.files]
    rows = session.execute(
        select(ReplyFile.sha256, func.min(Reply.mailed_at))
        .join(Reply, Reply.id == ReplyFile.reply_id)
        .where(
            ReplyFile.obligation_id == submission.obligation_id,
            ReplyFile.sha256.in_(set(hashes)),
            Reply.mailed_at <= submission.received_at,
        )
        .group_by(ReplyFile.sha256)
    )
    taken = {sha256: at for sha256, at in rows.tuples() if at is not None}
    if not taken:
        return None
    count = sum(sha256 in taken for sha256 in hashes)
    return Evidence(max(taken.values()), count, len(hashes))
