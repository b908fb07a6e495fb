"""What a line of the consolidated report says besides: where an obligation went when its unit
ended, from whom it came, and that no letter ever got there in time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from dondoc.tables import Handover, Obligation, Unit
from dondoc.words import Words

NOTHING = Words("", "")
WENT = Words("chuyển cho {units}", "went to {units}")
CLOSED = Words("đóng: {reason}", "closed: {reason}")
CAME = Words("tiếp nhận từ {units}", "taken over from {units}")
NOT_COUNTED = Words(
    "tiếp nhận từ {units}, không tính vào số phải nộp",
    "taken over from {units}, not counted again",
)
UNREACHED = Words(
    "không thư nào đến được đơn vị trước hạn, không coi là chậm",
    "no letter got there before it was due; not called late",
)


def handed_over(session: Session, occurrences: Collection[int]) -> Mapping[int, Words]:
    """By obligation, of those that were handed over, taken over or closed."""
    rows = _rows(session, occurrences)
    went: dict[int, list[str]] = defaultdict(list)
    came: dict[int, list[str]] = defaultdict(list)
    said: dict[int, Words] = {}
    counted = {}
    for row in rows:
        if row.successor_id is None:
            said[row.obligation_id] = _of(CLOSED, reason=row.reason)
        else:
            went[row.obligation_id].append(row.to_code)
            came[row.successor_id].append(row.from_code)
            counted[row.successor_id] = row.counted
    said |= {id_: _of(WENT, units=", ".join(codes)) for id_, codes in went.items()}
    for id_, codes in came.items():
        words = _of(CAME if counted[id_] else NOT_COUNTED, units=", ".join(codes))
        said[id_] = both(words, said.get(id_, NOTHING))
    return said


def both(one: Words, other: Words) -> Words:
    return Words(*("; ".join(filter(None, parts)) for parts in zip(one, other, strict=True)))


def _rows(session: Session, occurrences: Collection[int]) -> Iterator[Row[Any]]:
    before, after = aliased(Obligation), aliased(Obligation)
    old, new = aliased(Unit), aliased(Unit)
    chosen = (
        select(
            Handover.obligation_id,
            Handover.successor_id,
            Handover.reason,
            old.code.label("from_code"),
            new.code.label("to_code"),
            after.counted,
        )
        .join(before, before.id == Handover.obligation_id)
        .join(old, old.id == before.unit_id)
        .outerjoin(after, after.id == Handover.successor_id)
        .outerjoin(new, new.id == after.unit_id)
        .where(before.occurrence_id.in_(occurrences))
        .order_by(old.code, new.code)
    )
    yield from session.execute(chosen)


def _of(words: Words, **facts: str) -> Words:
    return Words(words.vi.format(**facts), words.en.format(**facts))
