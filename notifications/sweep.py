"""What is due is claimed and becomes letters: for each person one a day, whatever the plan.

0. What a hold covers waits; far more than a usual day's letters wait until somebody confirms.
1. Take the next addresses that have due notices, with all of their due notices, locked.
2. Judge each: delivered meanwhile? another one instead? may this superior be told yet?
3. Those that stand go into the address's letter of the day; if that has left already, they are
   carried to the next working day.

All in one transaction a batch, so that a crash leaves a notice either planned or in a letter.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Update, bindparam, select, update
from sqlalchemy.orm import Session

from dondoc.tables import PLANNED, Contact, Instant, Notice, NoticeState, Obligation, Reason
from notifications import escalating, guarding, mailbag, seating
from notifications.holding import keep_due
from notifications.judging import DUE_COLUMNS, Due, Verdict, ended, superseded
from notifications.mailbag import Addressed
from notifications.post import Post


class Swept(NamedTuple):
    letters: int = 0
    queued: int = 0
    skipped: int = 0
    carried: int = 0
    held: int = 0
    stopped: int = 0
    """letters kept from leaving until somebody confirms them"""

    def __add__(self, other: object) -> "Swept":
        if not isinstance(other, Swept):
            return NotImplemented
        return Swept(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def decided(self) -> int:
        return self.queued + self.skipped + self.carried + self.held


def sweep(post: Post, now: datetime) -> Swept:
    """Everything due by `now`, batch by batch. Two sweeps at once share the work."""
    with post.database.writing() as session:
        held = keep_due(session, hours=post.hours, now=now)
        stopped = guarding.stops(session, post, now)
    total = Swept(held=held, stopped=stopped)
    while not stopped:
        with post.database.writing() as session:
            addresses = session.scalars(_ADDRESSES, {"now": now, "most": post.batch}).all()
            if None in addresses and seating.fill_vacancies(session, now):
                continue
            found = _claim(session, now, addresses)
            total += _settle(session, found, post, now)
        if len(addresses) < post.batch:
            break
    return total


def _settle(session: Session, found: Sequence[Addressed], post: Post, now: datetime) -> Swept:
    if not found:
        return Swept()
    verdicts, standing = _judge(session, [item.due for item in found], post, now)
    letters = mailbag.fill(
        session, [item for item in found if item.due.id in standing], post=post, now=now
    )
    verdicts += [
        Verdict(due.id, NoticeState.PLANNED, None, letters.carried_to, "carried")
        for due in letters.carried
    ]
    _record(session, verdicts, now)
    skipped = sum(verdict.state is NoticeState.SKIPPED for verdict in verdicts)
    return Swept(letters.made, letters.filled, skipped, len(verdicts) - skipped)


def _claim(session: Session, now: datetime, addresses: Sequence[str | None]) -> list[Addressed]:
    if not addresses:
        return []
    rows = session.execute(_DUE, {"now": now, "addresses": addresses})
    return [Addressed(Due(*row[:-2]), row[-2], row[-1]) for row in rows]


_NOW = bindparam("now", type_=Instant)
_ADDRESSES = (
    select(Contact.email)
    .join(Notice, Notice.contact_id == Contact.id)
    .where(PLANNED, Notice.planned_at <= _NOW)
    .distinct()
    .limit(bindparam("most", type_=Integer))
)
_DUE = (
    select(*DUE_COLUMNS, Contact.email, Contact.language)
    .join(Contact, Contact.id == Notice.contact_id)
    .outerjoin(Obligation, Obligation.id == Notice.obligation_id)
    .where(
        PLANNED,
        Notice.planned_at <= _NOW,
        Contact.email.in_(bindparam("addresses", expanding=True)),
    )
    .order_by(Notice.id)
    .with_for_update(of=Notice, skip_locked=True)
)


def _judge(
    session: Session, found: Sequence[Due], post: Post, now: datetime
) -> tuple[list[Verdict], set[int]]:
    verdicts: dict[int, Verdict] = {}
    for due in found:
        reason = ended(due)
        if reason is not None:
            verdicts[due.id] = _skip(due, reason)
    alive = [due for due in found if due.id not in verdicts]
    older = superseded(alive)
    verdicts |= {due.id: _skip(due, Reason.SUPERSEDED) for due in alive if due.id in older}
    alive = [due for due in alive if due.id not in older]
    for verdict in escalating.not_yet(session, alive, post=post, now=now):
        verdicts[verdict.id] = verdict
    return list(verdicts.values()), {due.id for due in found} - verdicts.keys()


def _skip(due: Due, reason: Reason) -> Verdict:
    return Verdict(due.id, NoticeState.SKIPPED, reason, due.planned_at, due.note)


def _record(session: Session, verdicts: Sequence[Verdict], now: datetime) -> None:
    by_state: dict[NoticeState, list[dict[str, Any]]] = defaultdict(list)
    for verdict in verdicts:
        row: dict[str, Any] = {
            "b_id": verdict.id,
            "b_reason": verdict.reason,
            "b_note": verdict.note,
        }
        row |= {"b_at": verdict.planned_at} if verdict.state is NoticeState.PLANNED else {}
        by_state[verdict.state].append(row)
    for state, rows in by_state.items():
        session.connection().execute(_verdict_statement(state, now), rows)


def _verdict_statement(state: NoticeState, now: datetime) -> Update:
    table = Notice.__table__
    values: dict[str, Any] = {"reason": bindparam("b_reason"), "note": bindparam("b_note")}
    if state is NoticeState.PLANNED:
        values["planned_at"] = bindparam("b_at")
    else:
        values |= {"state": state, "decided_at": now}
    return update(table).where(table.c.id == bindparam("b_id")).values(values)  # type: ignore[arg-type]
