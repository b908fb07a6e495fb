"""A resolved date and what its sentence says become one milestone."""

from __future__ import annotations

from documents.reading.dating import Dated, strength
from documents.reading.grammar import Phrase
from documents.reading.resolving import Resolved
from documents.reading.result import Found
from documents.reading.saying import Saying
from documents.reading.setting import Setting


def milestone(dated: Dated, said: Saying, due: Resolved, *, setting: Setting) -> Found:
    phrase = dated.phrase
    lead = phrase.lead
    wording = lead.wording if lead is not None else _wording(phrase, dated)
    if lead is not None and phrase.time.granularity != "day" and lead.name in {"during", "until"}:
        wording = {"month": "trong tháng", "quarter": "trong quý", "year": "trong năm"}.get(
            phrase.time.granularity, wording
        )
    if phrase.time.start is not None and (lead is None or not lead.strong):
        wording = "từ…đến"
    inclusive = True if lead is None or phrase.clock else lead.inclusive
    return Found(
        what=said.what, kind=said.duty.kind if said.duty else "other", due=due.due, window_start=due.window_start,
        wording=wording, inclusive=inclusive, granularity=due.granularity, responsible=said.responsible,
        recipient=said.recipient, recipient_final=said.recipient_final, quote=said.quote, spans=said.spans,
        reading=said.reading, line=dated.block.line_at(phrase.start), page=dated.block.page,
        confidence=_confidence(dated, said, due, setting), rule=f"{lead.name} + {phrase.row.name}" if lead else phrase.row.name,
        year_inferred=due.inferred, clock=phrase.clock, at_least=said.at_least, where=said.where,
    )  # fmt: skip


def _wording(phrase: Phrase, dated: Dated) -> str:
    if dated.row is not None:
        return "bảng"
    if phrase.time.rule is not None:
        return (
            "trước…ít nhất"
            if "before" in phrase.time.rule
            else "trong thời hạn"
            if "after" in phrase.time.rule
            else "định kỳ"
        )
    by_period = {"month": "trong tháng", "quarter": "trong quý", "year": "trong năm"}
    return by_period.get(phrase.time.granularity, "hạn cuối")


def _confidence(dated: Dated, said: Saying, due: Resolved, setting: Setting) -> float:
    sure = 0.95
    sure -= 0.15 if strength(dated.phrase) in {"weak", "window"} else 0.0
    sure -= 0.3 if strength(dated.phrase) == "bare" and dated.row is None else 0.0
    sure -= 0.1 if due.inferred else 0.0
    sure -= 0.1 * min(said.distance, 2)
    sure -= 0.1 if setting.damaged else 0.0
    sure -= 0.1 if said.duty is None or said.duty.kind == "other" else 0.0
    return round(max(sure, 0.2), 2)
