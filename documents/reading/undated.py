"""Duties the paper gives no date for: listed, never scheduled; and recurrences without a day."""

from __future__ import annotations

import re

from documents.reading.clauses import Span, clauses, sentences
from documents.reading.dating import Dated
from documents.reading.duties import main_duty
from documents.reading.grammar import phrases_in
from documents.reading.outline import Block
from documents.reading.result import Found, Undated
from documents.reading.roles import recipients
from documents.reading.saying import saying
from documents.reading.setting import every_in

_VAGUE = re.compile(
    r"(?:theo|dung|dam bao|bao dam|trong)(?: \w+){0,3}? (?:thoi gian|thoi han|tien do|dinh ky)(?: (?:theo )?(?:quy dinh|yeu cau))?|theo dinh ky|dinh ky|theo huong dan cua|khi co yeu cau|dot xuat|moi dot thi dua|sau moi dot|thoi gian quy dinh|am lich|thang (?:chap|gieng)"
)
_HANDS_IN = re.compile(r"(?<!\w)(?:gui|nop|bao cao|tong hop|trinh|dang ky)(?!\w)")
_REPORTS = re.compile(
    r"(?<!\w)(?:(?:tong hop|thuc hien|gui|nop|va|don vi|dia phuong|truong|dong thoi|,) ?)+,? ?bao cao(?! (?:nay|cua)\b)|(?<!\w)bao cao (?:ket qua|tien do|uy ban|ubnd|so|phong|lanh dao|danh gia|dinh ky)|(?:so ket|tong ket)(?! luan)"
)
_SECTION = re.compile(
    r"to chuc thuc hien|phan cong|trach nhiem|che do|thoi gian|tien do|lo trinh|bao cao|giai phap|ho so|thuc hien"
)


def undated_duties(blocks: tuple[Block, ...], taken: frozenset[int]) -> list[Undated]:
    """One for each sentence that has something handed in and no date; `taken` blocks have one."""
    found: list[Undated] = []
    for block in blocks:
        if block.kind == "row":
            continue
        for sentence in sentences(block.words):
            duty = _undated_clause(block, sentence, taken)
            if duty is not None:
                found.append(_undated(block, duty, sentence))
    return found


def _undated_clause(block: Block, sentence: Span, taken: frozenset[int]) -> Span | None:
    text = block.text[sentence.start : sentence.end]
    if len(text) < 25 or block.text.startswith("tren day la"):
        return None
    for clause in clauses(block.words):
        if not (sentence.start <= clause.start < sentence.end):
            continue
        said = block.text[clause.start : clause.end]
        if (
            any(p.lead is not None or p.time.rule for p in phrases_in(said))
            or main_duty(said) is None
        ):
            continue
        if _VAGUE.search(said) and (_HANDS_IN.search(said) or _REPORTS.search(said)):
            return clause
        if block.index not in taken and _owed(block, said):
            return clause
    return None


def _owed(block: Block, said: str) -> bool:
    sends = recipients(said) and re.search(r"(?<!\w)(?:gui|nop|bao cao|tong hop)(?!\w)", said)
    return bool(
        sends or (_REPORTS.search(said) and any(_SECTION.search(p.text) for p in block.parents))
    )


def _undated(block: Block, clause: Span, sentence: Span) -> Undated:
    said = saying(Dated.whole(block, clause, sentence), ())
    return Undated(
        what=said.what, responsible=said.responsible, recipient=said.recipient,
        quote=block.words.source(clause.start, clause.end).strip(), line=block.line_at(clause.start), spans=(block.span(clause.start, clause.end),),
    )  # fmt: skip


_RECURS = re.compile(
    r"^[\W\d]*(?:dinh ky )?(?:hang|moi) (?:nam|quy|thang)(?: \w+)?,? |^[\W\d]*dinh ky (?:6|06) thang"
)
_RECURRING_REPORT = re.compile(
    r"bao cao(?:(?!ke hoach)[^.;]){0,140}?(?<!\w)(?:dinh ky )?(?:hang|moi) (?:nam|quy|thang)(?!\w)|(?<!\w)(?:hang|moi) (?:nam|quy|thang)[^.;]{0,80}(?:gui|nop|thuc hien) (?:\w+ ){0,3}bao cao"
)


def recurring(blocks: tuple[Block, ...]) -> list[Found]:
    """*Hằng năm … xem xét khen thưởng*: a recurrence that names no day."""
    found: list[Found] = []
    leaders = {parent.index for block in blocks for parent in block.parents}
    for block in blocks:
        if block.index in leaders or block.kind == "row":
            continue
        for sentence in sentences(block.words):
            for clause in (
                c for c in clauses(block.words) if sentence.start <= c.start < sentence.end
            ):
                milestone = _recurring(block, clause, sentence)
                if milestone is not None:
                    found.append(milestone)
    return found


def _recurring(block: Block, clause: Span, sentence: Span) -> Found | None:
    text = block.text[clause.start : clause.end]
    opens, reports = _RECURS.search(text), _RECURRING_REPORT.search(text)
    duty = main_duty(text)
    every = every_in(text)
    if duty is None or not duty.hand_in or every is None or not (opens or reports):
        return None
    if any(p.lead is not None or p.time.rule is not None for p in phrases_in(text)):
        return None
    said = saying(Dated.whole(block, clause, sentence), ())
    return Found(
        what=said.what, kind=duty.kind, due={"every": every}, wording="định kỳ", granularity=every if every in {"month", "quarter", "year"} else "month",
        responsible=said.responsible, recipient=said.recipient, recipient_final=said.recipient_final,
        quote=said.quote, spans=said.spans, line=block.line_at(clause.start), page=block.page, confidence=0.6, rule="recurrence without a day", where=said.where,
    )  # fmt: skip
