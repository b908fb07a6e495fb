"""A letter is sent once more because somebody decided so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dondoc.decision import Decision, DecisionRefused
from dondoc.explaining import LETTERS
from dondoc.record import Entry, enter, subject_of
from dondoc.settings import Settings
from dondoc.tables import Letter, LetterState, Notice, NoticeState, Plan
from notifications.mailbag import MANUAL, message_id
from notifications.post import Hours

ONCE = ("link", "sign_in")
"""letters whose link is for the moment they were asked for"""


class NotAgain(DecisionRefused):
    """Letter {id}: {state}; only what left, or could not, is sent again."""

    vi = "Thư số {id}: {state}; chỉ gửi lại được thư đã gửi hoặc gửi hỏng."


class AskAnew(DecisionRefused):
    """This letter carried a link for once; whoever needs one asks for a new one."""

    vi = "Thư này có liên kết dùng một lần; ai cần thì tự xin liên kết mới."


def send_again(
    session: Session,
    letter: Letter,
    notices: Sequence[Notice],
    decision: Decision,
    *,
    hours: Hours,
    settings: Settings,
) -> datetime:
    """A receipt as it was; what `notices` of the letter say, in today's words; one that waits for
    its next try, at once. Returns when it leaves. Raises NotAgain, AskAnew."""
    if letter.name in ONCE:
        raise AskAnew
    leaves_at = decision.now if letter.urgent else hours.next_opening(decision.now)
    if letter.state is LetterState.DEFERRED:
        letter.retry_at = leaves_at
    elif letter.state not in (LetterState.SENT, LetterState.FAILED):
        raise NotAgain(id=letter.id, state=LETTERS[letter.state])
    elif letter.urgent:
        session.add(_copy(letter, decision.now, settings))
    else:
        session.add_all(_anew(one, decision.now, leaves_at) for one in notices)
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action="send_again",
        subject=_subject(session, notices),
        reason=decision.reason.strip(),
        facts={"letter": letter.id, "notices": len(notices)},
    )
    enter(session, entry, now=decision.now)
    return leaves_at


def _subject(session: Session, notices: Sequence[Notice]) -> str:
    plans = {one.plan_id for one in notices}
    return subject_of(session.get_one(Plan, *plans).code if len(plans) == 1 else None)


def _copy(letter: Letter, now: datetime, settings: Settings) -> Letter:
    """Under a number of its own: mail programs hide a second message with the same one."""
    key = f"{letter.key}:{MANUAL}-{now:%Y%m%dT%H%M%S%f}"
    same = ("day", "name", "address", "contact_id", "language", "level", "payload", "subject")
    return Letter(
        **{name: getattr(letter, name) for name in same},
        key=key,
        urgent=True,
        state=LetterState.QUEUED,
        message_id=message_id(settings, key),
        created_at=now,
        retry_at=now,
    )


def _anew(notice: Notice, now: datetime, leaves_at: datetime) -> Notice:
    owed = notice.obligation
    return Notice(
        plan_id=notice.plan_id,
        obligation_id=notice.obligation_id,
        contact_id=notice.stands_for_id or notice.contact_id,
        stage=notice.stage,
        step=f"{MANUAL}-{now:%Y%m%dT%H%M%S%f}-{notice.id}",
        level=notice.level,
        due_version=notice.due_version if owed is None else owed.due_version,
        planned_at=leaves_at,
        state=NoticeState.PLANNED,
        change=notice.change,
    )
