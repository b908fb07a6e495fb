"""The record: every decision is an entry of one append-only, hash-chained log.

An entry is written with what it decides, in the same transaction, and sealed as the very last
thing before the commit: it gets the next number, the hash of its predecessor and a hash of its
own. Whoever seals holds the chain's lock only for the commit, so no two transactions can wait for
each other's rows. Sealed rows are refused any UPDATE or DELETE by the database itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Select, event, or_, select, text
from sqlalchemy.orm import Session

from dondoc.tables import Event, Obligation
from dondoc.words import Words

FIRST = "0" * 64
"""What stands in for the predecessor of the first entry."""

SELF = "dondoc"
"""The actor of what nobody decided: an occurrence closes because its day is over."""

_ANY = "*"
_UNSEALED = "unsealed"
_LOCK = 0x646F6E646F63  # "dondoc": one advisory lock, taken only to seal
_AT_ONCE = 1_000

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One decision. `actor` decided, `on_behalf` of whom (a unit's code, or a person), `action` is
    a verb of `dondoc.explaining.ACTIONS`, `subject` as `subject_of` writes it; `before` and
    `after` hold only what changed, under the same names."""

    actor: str
    action: str
    subject: str
    on_behalf: str | None = None
    reason: str | None = None
    before: Facts | None = None
    after: Facts | None = None
    facts: Facts = field(default_factory=dict)


def enter(session: Session, entry: Entry, *, now: datetime) -> Event:
    """In the caller's transaction: a decision that is rolled back leaves no entry."""
    row = Event(
        at=now,
        actor=entry.actor,
        on_behalf=entry.on_behalf,
        action=entry.action,
        subject=entry.subject,
        reason=entry.reason,
        before=_plain(entry.before),
        after=_plain(entry.after),
        facts=_plain(entry.facts) or {},
    )
    session.add(row)
    session.info.setdefault(_UNSEALED, []).append(row)
    if not event.contains(session, "before_commit", _seal):
        event.listen(session, "before_commit", _seal)
    return row


def subject_of(
    plan: str | None = None, milestone: str | None = None, unit: str | None = None
) -> str:
    """What a decision is about: <plan>/<milestone>/<unit>, `*` for what it is not limited to."""
    parts = [plan or _ANY, milestone or _ANY, unit or _ANY]
    while len(parts) > 1 and parts[-1] == _ANY:
        parts.pop()
    return "/".join(parts)


def about(obligation: Obligation, *, actor: str, action: str, **facts: Any) -> Entry:
    """Of an official's decision on one obligation, on behalf of the office that collects it;
    `dataclasses.replace` adds reason, before and after."""
    milestone = obligation.occurrence.milestone
    return Entry(
        actor=actor,
        on_behalf=milestone.collector.code,
        action=action,
        subject=subject_of(milestone.plan.code, milestone.code, obligation.unit.code),
        facts={"occurrence": obligation.occurrence.key, **facts},
    )


def entries(
    *, plan: str | None = None, unit: str | None = None, since: datetime | None = None
) -> Select[tuple[Event]]:
    """In the order in which they were sealed."""
    chosen = select(Event).order_by(Event.number, Event.id)
    if plan is not None:
        within = Event.subject.startswith(f"{plan}/", autoescape=True)
        chosen = chosen.where(or_(Event.subject == plan, within))
    if unit is not None:
        chosen = chosen.where(Event.subject.endswith(f"/{unit}", autoescape=True))
    if since is not None:
        chosen = chosen.where(Event.at >= since)
    return chosen


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The first entry that does not fit; `number` is where it should stand."""

    number: int
    why: Words


@dataclass(frozen=True, kw_only=True)
class Verified:
    """`last` is the hash of the last entry that fits. Whoever wrote it down earlier can ask
    whether it is still there: cutting off the end of a chain leaves no other trace. `known` is
    None where nobody asked."""

    entries: int
    last: str
    broken: Broken | None
    known: bool | None = None


UNSEALED = Words("chưa được niêm phong", "was never sealed")
MISSING = Words(
    "thiếu: sau số {before} là số {found}", "is missing: number {found} follows {before}"
)
LOOSE = Words("không nối với mục trước", "does not hold its predecessor's hash")
ALTERED = Words("nội dung đã bị sửa", "was altered")


def verify(session: Session, *, holds: str | None = None) -> Verified:
    """Reads the whole chain; `holds` is a hash, or its beginning, that must be in it."""
    count, last, known = 0, FIRST, False
    chain = select(Event).where(Event.number.is_not(None)).order_by(Event.number)
    with session.scalars(chain.execution_options(yield_per=_AT_ONCE)) as links:
        for one in links:
            why = _misfit(one, count, last)
            if why is not None:
                break
            count, last = count + 1, one.hash or ""
            known = known or (holds is not None and last.startswith(holds))
        else:
            why = _unsealed(session)
    return Verified(
        entries=count,
        last=last,
        broken=None if why is None else Broken(number=count + 1, why=why),
        known=None if holds is None else known,
    )


def digest(row: Event) -> str:
    """Over everything an entry says, its number and its predecessor's hash."""
    said = [
        row.number,
        row.previous,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.actor,
        row.on_behalf,
        row.action,
        row.subject,
        row.reason,
        row.before,
        row.after,
        row.facts,
    ]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _misfit(row: Event, count: int, last: str) -> Words | None:
    if row.number != count + 1:
        places = {"before": count, "found": row.number}
        return Words(MISSING.vi.format(**places), MISSING.en.format(**places))
    if row.previous != last:
        return LOOSE
    return None if row.hash == digest(row) else ALTERED


def _unsealed(session: Session) -> Words | None:
    found = session.scalar(select(Event.id).where(Event.hash.is_(None)).limit(1))
    return None if found is None else UNSEALED


def _seal(session: Session) -> None:
    if session.in_nested_transaction():
        return
    rows = [row for row in session.info.pop(_UNSEALED, ()) if row in session]
    if not rows:
        return
    session.flush()  # every other row first: nothing is waited for while the chain is held
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    newest = select(Event.number, Event.hash).where(Event.number.is_not(None))
    head = session.execute(newest.order_by(Event.number.desc()).limit(1)).one_or_none()
    number, last = (0, FIRST) if head is None else (head.number, head.hash)
    for row in rows:
        number += 1
        row.number, row.previous = number, last
        row.hash = last = digest(row)


def _plain(facts: Facts | None) -> dict[str, Any] | None:
    """As they will be read back: dates and enums become text."""
    if facts is None:
        return None
    plain: dict[str, Any] = orjson.loads(orjson.dumps(dict(facts)))
    return plain
