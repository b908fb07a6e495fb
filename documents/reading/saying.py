"""What a deadline's sentence says besides the date: the duty, who owes it, who receives it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.reading.clauses import Span, sentences
from documents.reading.damage import written
from documents.reading.dating import Dated
from documents.reading.duties import Duty, duties, main_duty, nouns_apart
from documents.reading.folding import fold, folded
from documents.reading.grammar import phrases_in
from documents.reading.nearest import duty_at, without_date
from documents.reading.outline import Block
from documents.reading.roles import ORG, recipients, subject
from documents.reading.tables import TableRow


@dataclass(frozen=True, kw_only=True)
class Saying:
    """`distance` is how far the duty stands from the date: 0 same clause, 1 same sentence or item,
    2 further up."""

    what: str
    duty: Duty | None
    distance: int
    responsible: str | None
    recipient: str | None
    recipient_final: str | None
    quote: str
    spans: tuple[tuple[int, int], ...]
    reading: str | None
    at_least: tuple[str, ...] = ()
    where: str = ""
    owner: int = -1


_LONGEST = 700


def saying(dated: Dated, blocks: tuple[Block, ...]) -> Saying:
    """`blocks` is the whole body, or empty where only the date's own block and headings may speak."""
    block, row = dated.block, dated.row
    if row is not None and (row.cell("when") or row.cell("what")) is not None:
        return _row_saying(dated, row)
    where, span, distance = duty_at(dated, blocks)
    owner = where or block
    words = without_date(dated) if owner is block else owner.text
    duty = main_duty(words[slice(*span)]) if where is not None else None
    if duty is not None:
        duty = duty._replace(start=span.start + duty.start, end=span.start + duty.end)
    own = _trim(block.text, _quoted(dated))
    recipient, final = _recipients(dated)
    return Saying(
        what=_what(dated, owner, duty, span), duty=duty, distance=distance,
        responsible=responsible(block, dated.clause, dated.sentence), recipient=recipient, recipient_final=final,
        quote=block.words.source(*own), spans=(block.span(*own),), reading=_reading(block, own),
        at_least=at_least(block, dated.sentence), where=path(block), owner=owner.index,
    )  # fmt: skip


def _reading(block: Block, span: Span) -> str | None:
    """The mended words, where any were mended."""
    return written(block.text[slice(*span)]) if block.words.mended else None


def _quoted(dated: Dated) -> Span:
    long = dated.sentence.end - dated.sentence.start > _LONGEST
    return dated.clause if long else dated.sentence


_TAIL = re.compile(
    r"[\s,;:.()-]*(?:(?<!\w)(?:va|thuc hien|gui|nop|hoan thanh|xong|ve|truoc|cham nhat|la|vao|den|trong|thoi gian|thoi han|cu the|nhu sau|voi|theo|tu)\s*)?[\s,;:.()\"-]*$"
)


def _what(dated: Dated, owner: Block, duty: Duty | None, span: Span) -> str:
    block = dated.block
    if duty is None:
        return block.shown(0, min(len(block.text), 160))
    text = owner.text
    if owner is not block:
        said = owner.shown(duty.start, min(len(text), duty.start + 160))
        own = _own_words(block)
        return f"{said} – {own}" if own else said
    duty = _with_its_work(text, duty, span)
    end = min(span.end, duty.start + 230)
    stop = re.search(r"[;.](?=\s|$)", text[duty.end : end])
    if stop is not None:
        end = duty.end + stop.start()
    dates = (
        p.begin for p in phrases_in(text) if duty.end < p.begin < end and (p.lead or p.time.rule)
    )
    end = min(dates, default=end)
    cut = text[duty.start : end]
    tail = _TAIL.search(cut)
    end = duty.start + (
        tail.start() if tail is not None and tail.start() > duty.end - duty.start else len(cut)
    )
    said = owner.shown(duty.start, end)
    own = _own_words(block) if len(said.split()) <= 3 and ":" in text[: duty.start] else ""
    own = _label(dated, duty) or own
    return f"{said} – {re.sub(_CONCERNING, '', own)}" if own else said


def _label(dated: Dated, duty: Duty) -> str:
    """ "… học kỳ I; cuối năm: chậm nhất ngày 22/5": what parts this date from the duty's first."""
    clause, text = dated.clause, dated.block.text
    own = text[clause.start : dated.phrase.begin].partition(":")[0]
    if clause.holds(duty.start) or not 3 < len(own.strip()) < 45 or main_duty(own) is not None:
        return ""
    mark = _LIST_MARK.match(own)
    start = clause.start + (mark.end() if mark is not None else 0)
    return dated.block.shown(start, clause.start + len(own))


def _with_its_work(text: str, duty: Duty, span: Span) -> Duty:
    """ "xây dựng kịch bản, gửi Sở Nội vụ": what is sent is said before."""
    if not re.compile(rf"(?:gui|nop|trinh) {ORG.pattern}").match(text, duty.start):
        return duty
    before = [
        one
        for one in duties(text[span.start : duty.start])
        if one.end + 1 < duty.start - span.start
    ]
    return duty._replace(start=span.start + before[0].start) if before else duty


_CONCERNING = re.compile(r"^(?:đối với|riêng|về|với)\s+", re.I)


_LIST_MARK = re.compile(r"(?:[-+*.)\s\d/]|[a-z]\d?[.)](?=\s)|[ivx]+[.)])*")


def _own_words(block: Block) -> str:
    """The item's own label before its date: "6 tháng đầu năm"."""
    label = re.split(
        r"[:(]|(?<!\w)(?:truoc|cham nhat|tu ngay|den ngay|gui|ngay|vao)(?!\w)",
        block.text,
        maxsplit=1,
    )[0]
    mark = _LIST_MARK.match(label)
    start = mark.end() if mark is not None else 0
    return block.shown(start, len(label.rstrip())) if len(label[start:].strip()) > 2 else ""


def _trim(text: str, span: Span) -> Span:
    cut = text[span.start : span.end]
    return Span(span.start + len(cut) - len(cut.lstrip()), span.start + len(cut.rstrip()))


def responsible(block: Block, clause: Span, sentence: Span) -> str | None:
    """The unit phrase of the nearest sentence or heading that begins with one."""
    text = block.text
    for span in (clause, sentence):
        found = subject(text[span.start : span.end])
        if found is not None:
            return block.shown(span.start + found[0], span.start + found[1])
    earlier = [s for s in sentences(block.words) if s.end <= sentence.start]
    for span in reversed(earlier):
        found = subject(text[span.start : span.end])
        if found is not None:
            return block.shown(span.start + found[0], span.start + found[1])
    for parent in reversed(block.parents):
        for span in reversed(sentences(parent.words)):
            found = subject(parent.text[span.start : span.end])
            if found is not None:
                return parent.shown(span.start + found[0], span.start + found[1])
    return None


_FINAL = re.compile(r"(?<!\w)(?:de tong hop|tong hop|de trinh|de bao cao|de tham muu|trinh)(?!\w)")


def _recipients(dated: Dated) -> tuple[str | None, str | None]:
    block = dated.block
    whole = Span(0, min(len(block.text), 5 * _LONGEST))
    beside = Span(dated.before, dated.after)
    own = ((block, beside), (block, dated.clause), (block, dated.sentence), (block, whole))
    above = ((parent, Span(0, len(parent.text))) for parent in reversed(block.parents))
    for owner, span in (*own, *above):
        first, last = _recipients_in(owner, span)
        if first:
            return first, last
    return None, None


def _recipients_in(block: Block, span: Span) -> tuple[str | None, str | None]:
    text = block.text[span.start : span.end]
    found = recipients(nouns_apart(text))
    if not found:
        return None, None
    said = [block.shown(span.start + a, span.start + b) for a, b in found]
    final = None
    if len(found) > 1 and _FINAL.search(text[found[0][1] : found[-1][0]]):
        final = said[-1]
    return said[0], final


_AT_LEAST = re.compile(
    r"(?:it nhat|toi thieu|tu) (?:la )?(?P<n>\d{1,3})(?! ngay)(?: ?\([^)]*\))? (?P<of>[^.;,()]{2,60}?)(?= (?:truoc|cham nhat|tu ngay|den|gui|nop|ve|trong|vao|hoan thanh|de|tai)(?!\w)|[.;,()]|$)"
)


def at_least(block: Block, sentence: Span) -> tuple[str, ...]:
    """Minimum counts: "ít nhất 01 gương"."""
    return tuple(
        block.words.source(sentence.start + m.start(), sentence.start + m.end())
        for m in _AT_LEAST.finditer(block.text[sentence.start : sentence.end])
        if m[0].startswith(("it", "toi"))
    )


def path(block: Block) -> str:
    """Where the item stands: "Mục IV.1.a"."""
    marks = [b.mark.strip(" .)/:").strip() for b in (*block.parents, block)]
    marks = [mark for mark in marks if mark and any(c.isalnum() for c in mark)]
    return "Mục " + ".".join(marks) if marks else ""


def _column_says(name: str) -> tuple[str | None, str | None]:
    """ "Sở Nội vụ trình UBND thành phố" above a column of dates: who sends, and to whom."""
    words = folded(name)
    sender, receivers = subject(words.text), recipients(words.text)
    return (
        words.source(*sender) if sender is not None else None,
        words.source(*receivers[0]) if receivers else None,
    )


def _row_saying(dated: Dated, row: TableRow) -> Saying:
    block, named = dated.block, dated.duty_column
    whole = Span(0, len(block.text))
    what = row.cell("what")
    text = fold(named) or (block.text[slice(*what)] if what else block.text)
    duty = main_duty(text)
    if duty is not None and not named:
        offset = what[0] if what else 0
        duty = duty._replace(start=duty.start + offset, end=duty.end + offset)
    who, to = row.cell("who"), row.cell("recipient")
    sender, receiver = _column_says(named)
    recipient, final = (
        (receiver, None)
        if receiver
        else (block.shown(*to), None)
        if to
        else _recipients_in(block, whole)
    )
    return Saying(
        what=" – ".join(said for said in (named, block.shown(*(what or whole))) if said), duty=duty, distance=0,
        responsible=sender or (block.shown(*who) if who else None) if sender or who else responsible(block, whole, whole),
        recipient=recipient, recipient_final=final, quote=block.words.source(*whole), spans=(block.span(*whole),), reading=_reading(block, whole),
        at_least=at_least(block, whole), where=path(block),
    )  # fmt: skip
