"""From date phrases to milestones: each is left with a reason, or taken with its duty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from documents.reading.blocks import Block
from documents.reading.clauses import Span, around, clauses, sentences
from documents.reading.duties import Duty, main_duty
from documents.reading.grammar import Phrase, phrases_in
from documents.reading.leaving import Which, reason_to_leave
from documents.reading.result import Due, Found, Weighed
from documents.reading.saying import Saying, saying
from documents.reading.setting import Setting, every_in, is_yearly, later_year, year_named
from documents.reading.tables import TableRow, table_row
from documents.reading.times import Time
from dondoc.words import Words

_NO_DUTY = Words("không có việc phải nộp hay phải làm", "nothing to hand in or to do beside it")
_PERIOD = Words("chỉ gọi tên một kỳ, không phải hạn", "only names a period")
_NO_MONTH = Words("không rõ tháng nào, không lặp lại", "names no month and no recurrence")
_PAST = Words("đã qua trước khi ban hành hơn một năm", "more than a year before the paper itself")


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A phrase in its place. `heading`: the whole block is the date, its children owe."""

    block: Block
    phrase: Phrase
    clause: Span
    sentence: Span
    before: int
    after: int
    heading: bool = False
    row: TableRow | None = None


def dated_phrases(block: Block) -> Iterator[Dated]:
    found = phrases_in(block.text)
    if not found:
        return
    by_clause, by_sentence = clauses(block.words), sentences(block.words)
    row = table_row(block)
    for i, phrase in enumerate(found):
        clause = around(by_clause, phrase.start)
        sentence = around(by_sentence, phrase.start)
        yield Dated(
            block=block, phrase=phrase, clause=clause, sentence=sentence,
            before=max([clause.start, *(p.end for p in found[:i] if _parts(p))]),
            after=min([clause.end, *(p.begin for p in found[i + 1 :] if _parts(p))]),
            heading=_is_heading(block, phrase), row=row,
        )  # fmt: skip


def _parts(phrase: Phrase) -> bool:
    """Stands between two duties; "năm 2024" inside one does not."""
    return phrase.lead is not None or phrase.time.start is not None or phrase.time.rule is not None


_MARK = re.compile(r"^(?:[\s\d.)/+~•*·-]+|[a-z]\)|[ivx]+\.|(?:dot|giai doan|buoc|lan) (?:\d|[ivx]+|mot|hai|ba)\b|thoi gian|trong|vao|[(:,|]|\s)*$")


def _is_heading(block: Block, phrase: Phrase) -> bool:
    rest = block.text[phrase.end :]
    return block.kind != "row" and not rest.strip(" :.|)") and bool(_MARK.match(block.text[: phrase.begin]))


class Reader:
    """Reads the blocks in order; `found` and `weighed` grow."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.found: list[Found] = []
        self.weighed: list[Weighed] = []
        self.headings: dict[int, Dated] = {}
        self.held: set[int] = set()

    def read(self, blocks: tuple[Block, ...]) -> None:
        self.leaders = {parent.index for block in blocks for parent in block.parents}
        for block in blocks:
            before = len(self.found)
            for dated in dated_phrases(block):
                self._weigh(dated, blocks)
            if len(self.found) == before:
                self._inherit(block)
            if len(self.found) > before:
                self.held |= {block.index}

    def _weigh(self, dated: Dated, blocks: tuple[Block, ...]) -> None:
        if dated.heading and dated.block.index in self.leaders:
            self.headings[dated.block.index] = dated
            self._note(dated, taken=True, rule="heading", why=Words("mốc chung cho các mục bên dưới", "the date of the items below it"))
            return
        reason = self._reason(dated)
        if reason is not None:
            self._note(dated, taken=False, rule=reason[0], why=reason[1])
            return
        said = saying(dated.block, dated.clause, dated.sentence, begin=dated.phrase.begin, end=dated.phrase.end,
                      before=dated.before, after=dated.after, row=dated.row, blocks=blocks)  # fmt: skip
        refusal = self._refusal(dated, said)
        if refusal is not None:
            self._note(dated, taken=False, rule="no duty", why=refusal)
            return
        due = self._due(dated)
        if isinstance(due, Words):
            self._note(dated, taken=False, rule="unresolved", why=due)
            return
        self._take(dated, said, due)

    def _reason(self, dated: Dated) -> tuple[str, Words] | None:
        if dated.row is not None and dated.row.in_time_column(dated.phrase.begin):
            return None
        strength = _strength(dated.phrase)
        leaving = reason_to_leave(
            text=dated.block.text, begin=dated.phrase.begin, start=dated.phrase.start, end=dated.phrase.end,
            clause=dated.clause, strength=strength,
        )  # fmt: skip
        return None if leaving is None else (leaving.name, leaving.why)

    def _refusal(self, dated: Dated, said: Saying) -> Words | None:
        """Why this phrase is no deadline although no rule leaves it."""
        phrase, duty = dated.phrase, said.duty
        if dated.row is not None and dated.row.in_time_column(phrase.begin):
            return None
        if duty is None:
            return _NO_DUTY
        strong = _strength(phrase) == "any"
        if phrase.time.rule is None and phrase.time.granularity in {"month", "quarter", "year"} and not strong:
            return None if _names_when(dated, said) else _PERIOD
        if strong:
            return None
        if not duty.hand_in or not _beside(dated.block, said):
            return _NO_DUTY
        if phrase.lead is None and phrase.time.start is None and phrase.time.rule is None and not phrase.time.yearly:
            return None if _SENDS.search(dated.block.text[dated.clause.start : phrase.begin]) else _NO_DUTY
        return None

    def _due(self, dated: Dated) -> Resolved | Words:
        return resolve(dated, self.setting)

    def _take(self, dated: Dated, said: Saying, due: Resolved) -> None:
        if due.is_past(self.setting):
            self._note(dated, taken=False, rule="past", why=_PAST)
            return
        window = due.window_start
        heading = self._heading(dated.block)
        quote = said.quote
        if heading is not None and isinstance(due.due, str):
            outer = resolve(heading, self.setting)
            if isinstance(outer, Resolved) and isinstance(outer.due, str) and window is None:
                start = outer.window_start
                exact = heading.phrase.time.granularity == "day"
                if exact and isinstance(start, str) and start <= due.due <= outer.due:
                    window = start
        lead = dated.phrase.lead
        found = _milestone(dated, said, due, setting=self.setting)
        found = replace(found, window_start=window, quote=quote)
        self._note(dated, taken=True, rule=found.rule, why=Words("lấy làm hạn", "taken"))
        self._add(found, strong=lead is not None and lead.strong)

    def _add(self, found: Found, *, strong: bool) -> None:
        """A window and a "chậm nhất" for its last day are one milestone."""
        for i, other in enumerate(self.found):
            if other.due == found.due and _same_clause(other, found):
                wording = found if strong else other
                self.found[i] = replace(
                    other, wording=wording.wording, inclusive=wording.inclusive, rule=wording.rule,
                    window_start=other.window_start or found.window_start,
                )  # fmt: skip
                return
        self.found.append(found)

    def _heading(self, block: Block) -> Dated | None:
        for parent in reversed(block.parents):
            if parent.index in self.headings:
                return self.headings[parent.index]
        return None

    def _inherit(self, block: Block) -> None:
        """An item under a heading that is a date is due then."""
        heading = self._heading(block)
        if heading is None or block.index in self.headings:
            return
        if block.index in self.leaders and block.text.endswith(":"):
            return
        whole = Span(0, len(block.text))
        said = saying(block, whole, whole, begin=len(block.text), end=len(block.text), before=0, after=len(block.text), row=None, blocks=())
        if said.duty is None or not said.duty.hand_in or said.distance > 0:
            if not (said.duty and heading.phrase.time.start is not None and said.distance == 0):
                return
        due = resolve(heading, self.setting)
        if isinstance(due, Words):
            return
        found = _milestone(heading, said, due, setting=self.setting)
        header = heading.block.words.source(0, len(heading.block.text)).strip()
        first = sentences(block.words)[0] if block.words.text else whole
        quote = f"{header} … {block.words.source(*_first_with(block, said, first))}"
        self.found.append(
            replace(found, line=block.line_at(said.duty.start), page=block.page, quote=quote, confidence=round(found.confidence - 0.1, 2), rule=f"heading: {found.rule}")
        )

    def _note(self, dated: Dated, *, taken: bool, rule: str, why: Words) -> None:
        phrase = dated.phrase
        words = dated.block.words.source(max(phrase.begin - 12, 0) if not taken else phrase.begin, phrase.end)
        self.weighed.append(Weighed(line=dated.block.line_at(phrase.start), words=words, taken=taken, rule=rule, why=why))


def _first_with(block: Block, said: Saying, first: Span) -> Span:
    span = around(sentences(block.words), said.duty.start if said.duty else 0)
    return Span(min(first.start, span.start), span.end)


_SENDS = re.compile(r"(?<!\w)(?:gui|nop|trinh|hoan thanh|bao cao (?:ve|ket qua|so ket|tong ket)|dang ky)(?!\w)")
_RESULTS_OF = re.compile(r"(?:phat sinh|ket qua(?: \w+){0,6}|thanh tich(?: \w+){0,6}|duoc (?:thuc hien|trien khai)|cong tac|hoat dong|nhiem vu(?: \w+){0,4}|phong trao(?: thi dua)?(?: \w+){0,3})\s*$")


def _beside(block: Block, said: Saying) -> bool:
    """The duty stands in the date's own sentence, or in the line its item hangs from."""
    if said.distance <= 1 and said.owner == block.index:
        return True
    parent = block.parents[-1] if block.parents else None
    return said.distance == 1 and parent is not None and (bool(block.kind) or parent.text.endswith(":"))


def _names_when(dated: Dated, said: Saying) -> bool:
    """A month, quarter or year said to be when something is done, not what it is about."""
    phrase = dated.phrase
    text = dated.block.text
    if phrase.lead is None:
        if any((p.lead is not None or p.time.start is not None) and p.start > phrase.end for p in phrases_in(text)):
            return False
        opens = text[dated.clause.start : phrase.begin].strip(" -+*.)0123456789:(") == ""
        return opens and text[phrase.end : phrase.end + 2].startswith((":", ",", " :")) and bool(said.duty and said.duty.hand_in)
    if said.duty is None or said.distance > 1 or (not said.duty.hand_in and said.duty.kind == "other" and phrase.lead.name != "planned" and not _DONE.search(text[dated.clause.start : phrase.begin])):
        return False
    left = text[dated.clause.start : phrase.begin].rstrip()
    if phrase.time.granularity == "year" and phrase.lead.name == "until":
        return False
    if phrase.time.granularity == "year":
        return bool(_DONE.search(left)) and not _RESULTS_OF.search(left)
    said_when = text[phrase.begin : phrase.start]
    return not (said_when.startswith("trong") and _RESULTS_OF.search(left) and not _DONE.search(left[-60:]))


_DONE = re.compile(r"(?<!\w)(?:hoan thanh|ban hanh|to chuc (?:so ket|tong ket|hoi nghi)|so ket|tong ket|xong|gui|nop|trinh|ky ket|dang ky)(?!\w)")


def _strength(phrase: Phrase) -> Which:
    if phrase.row.self_sufficient and phrase.time.rule is not None:
        return "any"
    if phrase.lead is not None and phrase.lead.strong:
        return "any"
    if phrase.time.start is not None:
        return "window"
    if phrase.lead is not None or phrase.time.rule is not None or phrase.time.yearly:
        return "weak"
    return "bare"


def _same_clause(one: Found, other: Found) -> bool:
    return one.quote == other.quote and one.kind == other.kind


@dataclass(frozen=True, kw_only=True)
class Resolved:
    due: Due
    window_start: str | list[int] | None = None
    granularity: str = "day"
    inferred: bool = False

    def is_past(self, setting: Setting) -> bool:
        if not isinstance(self.due, str):
            return False
        first = setting.issued.year if setting.issued else setting.years[0] if setting.years else None
        return first is not None and date.fromisoformat(self.due).year < first - 1


def resolve(dated: Dated, setting: Setting) -> Resolved | Words:
    """The year, the recurrence, the window's first day."""
    phrase, time = dated.phrase, dated.phrase.time
    context = _context(dated)
    if time.rule is not None:
        rule = dict(time.rule)
        if list(rule) == ["day"]:
            every = every_in(dated.block.text[dated.before : phrase.begin]) or every_in(context)
            if every not in {"month", "quarter"}:
                return _NO_MONTH
            rule = {"every": every, "day": rule["day"], "month_of": "same" if every == "month" else "last"}
        return Resolved(due=rule)
    inclusive_period = phrase.lead is None or phrase.lead.name in {"during", "planned", "time named"}
    if time.yearly or (time.needs_year and _repeats(dated, context, setting)):
        start = time.start
        return Resolved(
            due=time.as_rule(), granularity=time.granularity,
            window_start=[start.month, start.day] if start and start.month and start.day else None,
        )  # fmt: skip
    year = time.year if time.year is not None else _year(dated, context, setting)
    if year is None:
        return Words("không rõ năm nào", "names no year, and neither does the paper")
    try:
        return _placed(time, year, inferred=time.year is None, whole=inclusive_period)
    except ValueError:
        return Words("ngày không có thật", "a day that does not exist")


def _placed(time: Time, year: int, *, inferred: bool, whole: bool) -> Resolved:
    last = time.last(year)
    start: date | None = None
    if time.start is not None:
        start = time.start.first(time.start.year or year)
        if start > last:
            start = time.start.first(year - 1)
    elif time.granularity in {"month", "quarter", "year"} and whole:
        start = time.first(year)
    return Resolved(
        due=last.isoformat(), window_start=start.isoformat() if start else None,
        granularity=time.granularity, inferred=inferred,
    )  # fmt: skip


def _context(dated: Dated) -> str:
    text = dated.block.text
    own = text[dated.sentence.start : dated.sentence.end]
    return " ".join([*(p.text for p in dated.block.parents), own])


def _repeats(dated: Dated, context: str, setting: Setting) -> bool:
    time = dated.phrase.time
    own = dated.block.text[dated.sentence.start : dated.sentence.end]
    if year_named(own, None) is not None:
        return False
    if is_yearly(own) or is_yearly(context) and setting.years is None:
        return True
    multi = setting.years is not None and setting.years[0] != setting.years[1]
    nearest = " ".join(p.text for p in dated.block.parents)
    if (is_yearly(nearest) or every_in(context) == "half_year") and (multi or setting.years is None):
        return True
    return setting.standing and time.granularity != "year"


def _year(dated: Dated, context: str, setting: Setting) -> int | None:
    time = dated.phrase.time
    text = dated.block.text
    beside = [p.time.year for p in phrases_in(text[dated.clause.start : dated.clause.end]) if p.time.year and p.lead is not None and p.time.granularity == "day" and p.time.rule is None]
    own = year_named(text[dated.clause.start : dated.phrase.begin], time.month) or year_named(text[dated.phrase.end : dated.clause.end], time.month)
    if time.start is not None and time.start.year is not None:
        year = time.start.year
        return year + (time.last(year) < time.start.first(year))
    if beside and own is None:
        return later_year(time, beside[-1], setting)
    above = next((y for p in reversed(dated.block.parents) if (y := year_named(p.text, time.month))), None)
    year = own or year_named(text[dated.sentence.start : dated.sentence.end], time.month) or above or setting.year
    if year is not None and setting.years and not setting.years[0] - 1 <= year <= setting.years[1] + 1:
        year = setting.year
    return None if year is None else later_year(time, year, setting)


def _milestone(dated: Dated, said: Saying, due: Resolved, *, setting: Setting) -> Found:
    phrase = dated.phrase
    lead = phrase.lead
    wording = lead.wording if lead is not None else _wording(phrase, dated)
    if lead is not None and phrase.time.granularity != "day" and lead.name in {"during", "until"}:
        wording = {"month": "trong tháng", "quarter": "trong quý", "year": "trong năm"}.get(phrase.time.granularity, wording)
    if phrase.time.start is not None and (lead is None or not lead.strong):
        wording = "từ…đến"
    inclusive = True if lead is None or phrase.clock else lead.inclusive
    return Found(
        what=said.what, kind=said.duty.kind if said.duty else "other", due=due.due, window_start=due.window_start,
        wording=wording, inclusive=inclusive, granularity=due.granularity, responsible=said.responsible,
        recipient=said.recipient, recipient_final=said.recipient_final, quote=said.quote,
        reading=said.reading if setting.damaged else None, line=dated.block.line_at(phrase.start), page=dated.block.page,
        confidence=_confidence(dated, said, due, setting), rule=f"{lead.name} + {phrase.row.name}" if lead else phrase.row.name,
        year_inferred=due.inferred, clock=phrase.clock, at_least=said.at_least, where=said.where,
    )  # fmt: skip


def _wording(phrase: Phrase, dated: Dated) -> str:
    if dated.row is not None:
        return "bảng"
    if phrase.time.rule is not None:
        return "trước…ít nhất" if "before" in phrase.time.rule else "trong thời hạn" if "after" in phrase.time.rule else "định kỳ"
    by_period = {"month": "trong tháng", "quarter": "trong quý", "year": "trong năm"}
    return by_period.get(phrase.time.granularity, "hạn cuối")


def _confidence(dated: Dated, said: Saying, due: Resolved, setting: Setting) -> float:
    sure = 0.95
    sure -= 0.15 if _strength(dated.phrase) in {"weak", "window"} else 0.0
    sure -= 0.3 if _strength(dated.phrase) == "bare" and dated.row is None else 0.0
    sure -= 0.1 if due.inferred else 0.0
    sure -= 0.1 * min(said.distance, 2)
    sure -= 0.1 if setting.damaged else 0.0
    sure -= 0.1 if said.duty is None or said.duty.kind == "other" else 0.0
    return round(max(sure, 0.2), 2)


def duty_of(text: str) -> Duty | None:
    return main_duty(text)
