"""Where the duty of a date is said, the nearest place first."""

from __future__ import annotations

import re
from bisect import bisect_left

from documents.reading.clauses import Span, sentences
from documents.reading.dating import Dated
from documents.reading.duties import Duty, main_duty
from documents.reading.grammar import phrases_in
from documents.reading.outline import Block


def duty_at(dated: Dated, blocks: tuple[Block, ...]) -> tuple[Block | None, Span, int]:
    """Where the duty is said, the nearest place first: what is named or sent in the date's own
    clause, a kind named in its sentence, a bare verb, the sentences before, the headings above."""
    text = without_date(dated)
    said = [(s, far, duty) for s, far in _near(dated) if (duty := main_duty(text[slice(*s)]))]
    own = [place for place in said if place[1] == 0]
    best = [
        *(place for place in own if place[2].kind != "other"),
        *(place for place in own if _stands_for_itself(text, place)),
        *(place for place in said if place[2].kind != "other"),
        *said,
    ]
    found: tuple[Block | None, Span, int] = (None, Span(0, 0), 3)
    if best and not (best[0][2].kind == "other" and _attribute(text, best[0])):
        found = dated.block, best[0][0], best[0][1]
    else:
        above = _duty_before(dated) or _duty_above(dated, blocks)
        named = above[0] is not None and _kind(above) != "other"
        found = above if named or not best else (dated.block, best[0][0], best[0][1])
    return _thing_sent(found, dated.block, blocks) or found


_Place = tuple[Span, int, Duty]


def _stands_for_itself(text: str, place: _Place) -> bool:
    """ "tổng hợp danh sách", "hoàn thành bàn giao mặt bằng": a verb with its own object."""
    span, _, duty = place
    start, end = span.start + duty.start, span.start + duty.end
    if duty.hand_in:
        return not _BARE_SENDING.match(text, start)
    return len(re.split(r"[,;:.(_]", text[end : span.end])[0].split()) >= 3


def _attribute(text: str, place: _Place) -> bool:
    """ "Đối với khen thưởng cấp Nhà nước: trước ngày …" says which, not what."""
    span, _, duty = place
    return text.startswith("khen thuong", span.start + duty.start)


def _kind(found: tuple[Block | None, Span, int]) -> str:
    owner, span, _ = found
    duty = main_duty(owner.text[slice(*span)]) if owner is not None else None
    return duty.kind if duty is not None else ""


def without_date(dated: Dated) -> str:
    """The event a term runs from ("kể từ ngày nhận đủ hồ sơ") is no duty."""
    text, phrase = dated.block.text, dated.phrase
    return text[: phrase.start] + "_" * (phrase.end - phrase.start) + text[phrase.end :]


def _near(dated: Dated) -> list[tuple[Span, int]]:
    text, clause, sentence, phrase = dated.block.text, dated.clause, dated.sentence, dated.phrase
    before, after = Span(dated.before, phrase.begin), Span(phrase.end, dated.after)
    left = Span(clause.start, phrase.begin)
    first = next(iter(p for p in phrases_in(text) if clause.holds(p.begin)), phrase)
    date_first = _OPENING.match(text[clause.start : first.begin])
    colon = text.rfind(": ", *before)
    labelled = [Span(colon + 1, phrase.begin)] if colon > before.start else []
    own = [after, *labelled, before, left] if date_first else [*labelled, before, left, after]
    if text[: phrase.begin].endswith("("):  # the date of the last thing said
        own.insert(0, Span(max(text.rfind(", ", *left), clause.start), phrase.begin))
    return [
        *((s, 0) for s in (*own, clause)),
        (Span(sentence.start, phrase.begin), 1),
        (sentence, 1),
    ]


def _duty_before(dated: Dated) -> tuple[Block | None, Span, int] | None:
    """The last earlier sentence of the same block that names one."""
    block = dated.block
    earlier = [s for s in sentences(block.words) if s.end <= dated.sentence.start]
    spans = [s for s in earlier if main_duty(block.text[slice(*s)])]
    return (block, spans[-1], 1) if spans else None


def _duty_above(dated: Dated, blocks: tuple[Block, ...]) -> tuple[Block | None, Span, int]:
    block = dated.block
    for near, parent in enumerate(reversed(block.parents)):
        if main_duty(parent.text) is not None:
            return parent, Span(0, len(parent.text)), 1 if near == 0 else 2
    above = next(iter(blocks_before(blocks, block.index, most=1)), None)
    if above is not None and above.parents == block.parents and main_duty(above.text):
        return above, Span(0, len(above.text)), 2
    return None, Span(0, 0), 3


_BARE_SENDING = re.compile(
    r"(?:gui|nop|tiep nhan|trinh|chuyen|tong hop)\s*(?:$|[,:(;.]|(?:ve|cho|den|len|truoc|cham nhat|trong|tu ngay|vao)(?!\w))"
)


def _thing_sent(
    found: tuple[Block | None, Span, int], block: Block, blocks: tuple[Block, ...]
) -> tuple[Block, Span, int] | None:
    """ "3. Thời hạn nộp" says only that something is sent; "2. Hồ sơ gồm" before it says what."""
    owner, span, distance = found
    duty = main_duty(owner.text[slice(*span)]) if owner is not None else None
    if owner is None or duty is None or duty.kind != "other":
        return None
    if not _BARE_SENDING.match(owner.text, span.start + duty.start):
        return None
    section = block.parents[0] if block.parents else None
    near = [
        before
        for before in reversed(blocks_before(blocks, owner.index, most=12))
        if section is None or section in (before, *before.parents)
    ]
    for before in sorted(near, key=lambda one: len(one.parents)):
        thing = main_duty(before.text)
        if before is not section and thing is not None and thing.kind in _THINGS:
            return before, Span(0, len(before.text)), distance
    return None


_THINGS = frozenset({"dossier", "report", "exemplar", "register"})


def blocks_before(blocks: tuple[Block, ...], index: int, *, most: int) -> tuple[Block, ...]:
    """The last few of the body before that block."""
    place = bisect_left(blocks, index, key=lambda block: block.index)
    return blocks[max(0, place - most) : place]


_OPENING = re.compile(
    r"^[\W\d]*(?:[a-z]\)|[ivx]+\.)?[\W]*(?:dot \d|rieng|tu|truoc|trong|vao|cham nhat|den|dinh ky|hang nam|hang quy|hang thang|,|\s)*$"
)
