"""From date phrases to milestones: each is left with a reason, or taken with its duty."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.reading.clauses import Span, around, sentences
from documents.reading.dating import Dated, dated_phrases, strength
from documents.reading.errors import TooManyDates
from documents.reading.grammar import Phrase, phrases_in
from documents.reading.leaving import reason_to_leave
from documents.reading.making import milestone
from documents.reading.outline import Block
from documents.reading.resolving import Resolved, resolve
from documents.reading.result import Found, Weighed
from documents.reading.saying import Saying, saying
from documents.reading.setting import Setting
from dondoc.words import Words

_NO_DUTY = Words("không có việc phải nộp hay phải làm", "nothing to hand in or to do beside it")
_PERIOD = Words("chỉ gọi tên một kỳ, không phải hạn", "only names a period")
_PAST = Words("đã qua trước khi ban hành hơn một năm", "more than a year before the paper itself")
_OLD = Words("hạn cũ đã được thay bằng hạn khác", "an old date that another replaces")
_SPAN = Words("thời gian phát động, không nộp gì", "the span of the movement, nothing to hand in")
_DATA = Words("kỳ chốt số liệu", "the period of the data")
_NARROWED = Words("ngày ghi ngay sau mới là hạn", "the day right after it is the deadline")
_TAKEN = Words("lấy làm hạn", "taken")
_HEADING = Words("mốc chung cho các mục bên dưới", "the date of the items below it")


MOST_DATES = 10_000


class Reader:
    """Reads the blocks in order; `found` and `weighed` grow. `held` are the blocks that gave one."""

    def __init__(self, setting: Setting, blocks: tuple[Block, ...]) -> None:
        self.setting = setting
        self.blocks = blocks
        self.leaders = {parent.index for block in blocks for parent in block.parents}
        self.found: list[Found] = []
        self.weighed: list[Weighed] = []
        self.headings: dict[int, Dated] = {}
        self.held: set[int] = set()

    def read(self) -> None:
        """Raises TooManyDates."""
        for block in self.blocks:
            before = len(self.found)
            if len(self.weighed) > MOST_DATES:
                raise TooManyDates(most=MOST_DATES)
            for dated in dated_phrases(block):
                self._weigh(dated)
            if len(self.found) == before:
                self._inherit(block)
            if len(self.found) > before:
                self.held.add(block.index)

    def _weigh(self, dated: Dated) -> None:
        if dated.in_start_column:
            return
        if dated.heading and dated.block.index in self.leaders:
            self.headings[dated.block.index] = dated
            self._note(dated, taken=True, rule="heading", why=_HEADING)
            return
        reason = _reason(dated)
        if reason is not None:
            self._note(dated, taken=False, rule=reason[0], why=reason[1])
            return
        said = saying(dated, self.blocks)
        refusal = _refusal(dated, said)
        if refusal is not None:
            self._note(dated, taken=False, rule="no duty", why=refusal)
            return
        due = resolve(dated, self.setting)
        if isinstance(due, Words):
            self._note(dated, taken=False, rule="unresolved", why=due)
        elif due.is_past(self.setting):
            self._note(dated, taken=False, rule="past", why=_PAST)
        else:
            self._take(dated, said, due)

    def _take(self, dated: Dated, said: Saying, due: Resolved) -> None:
        found = milestone(dated, said, due, setting=self.setting)
        opened = self._opened(dated, due)
        if dated.start_phrase is None:
            opened = due.window_start or opened
        found = replace(found, window_start=opened)
        self._note(dated, taken=True, rule=found.rule, why=_TAKEN)
        lead = dated.phrase.lead
        self._add(found, strong=lead is not None and lead.strong)

    def _opened(self, dated: Dated, due: Resolved) -> str | list[int] | None:
        """A row's own first day; an item due inside its heading's window is open from the window's first day."""
        beside = dated.start_phrase
        if beside is not None:
            first = resolve(replace(dated, phrase=beside), self.setting)
            return _first_day(first) if isinstance(first, Resolved) else None
        heading = self._heading(dated.block)
        if (
            heading is None
            or heading.phrase.time.granularity != "day"
            or not isinstance(due.due, str)
        ):
            return None
        outer = resolve(heading, self.setting)
        if isinstance(outer, Words) or not isinstance(outer.due, str):
            return None
        start = outer.window_start
        return start if isinstance(start, str) and start <= due.due <= outer.due else None

    def _add(self, found: Found, *, strong: bool) -> None:
        """A window and a "chậm nhất" for its last day are one milestone."""
        for i, other in enumerate(self.found):
            if (other.due, other.quote, other.kind) == (found.due, found.quote, found.kind):
                wording = found if strong else other
                self.found[i] = replace(
                    other, wording=wording.wording, inclusive=wording.inclusive, rule=wording.rule,
                    window_start=other.window_start or found.window_start,
                )  # fmt: skip
                return
        self.found.append(found)

    def _heading(self, block: Block) -> Dated | None:
        above = (self.headings.get(parent.index) for parent in reversed(block.parents))
        return next((heading for heading in above if heading is not None), None)

    def _inherit(self, block: Block) -> None:
        """An item under a heading that is a date is due then."""
        heading = self._heading(block)
        if heading is None or block.index in self.headings:
            return
        if block.index in self.leaders and block.text.endswith(":"):
            return
        said = saying(Dated.whole(block), ())
        if said.duty is None or said.distance > 0:
            return
        due = resolve(heading, self.setting)
        windowed = heading.phrase.time.start is not None
        if isinstance(due, Words) or not (said.duty.hand_in or windowed):
            return
        found = milestone(heading, said, due, setting=self.setting)
        self.found.append(
            replace(
                found, line=block.line_at(said.duty.start), page=block.page, quote=_quote(heading, block, said), spans=_spans(heading, block, said),
                confidence=round(found.confidence - 0.1, 2), rule=f"heading: {found.rule}",
            )
        )  # fmt: skip

    def _note(self, dated: Dated, *, taken: bool, rule: str, why: Words) -> None:
        phrase, block = dated.phrase, dated.block
        begin = phrase.begin if taken else max(phrase.begin - 12, 0)
        words = block.words.source(begin, phrase.end)
        line = block.line_at(phrase.start)
        self.weighed.append(Weighed(line=line, words=words, taken=taken, rule=rule, why=why))


def _first_day(first: Resolved) -> str | None:
    day = first.window_start or first.due
    return day if isinstance(day, str) else None


def _quote(heading: Dated, block: Block, said: Saying) -> str:
    """The heading's words and the item's, up to the sentence with the duty."""
    above = heading.block.words.source(0, len(heading.block.text))
    last = around(sentences(block.words), said.duty.start if said.duty else 0)
    return f"{above} … {block.words.source(*Span(0, last.end))}"


def _spans(heading: Dated, block: Block, said: Saying) -> tuple[tuple[int, int], ...]:
    last = around(sentences(block.words), said.duty.start if said.duty else 0)
    return heading.block.span(0, len(heading.block.text)), block.span(0, last.end)


def _reason(dated: Dated) -> tuple[str, Words] | None:
    phrase = dated.phrase
    if dated.in_old_column:
        return None if dated.kept else ("old column", _OLD)
    if dated.only_span:
        return "movement", _SPAN
    if dated.in_data_column:
        return "data column", _DATA
    if dated.narrowed:
        return "narrowed", _NARROWED
    if dated.in_time_column or dated.duty_column:
        return None
    how = strength(phrase)
    leaving = reason_to_leave(
        text=dated.block.text, begin=phrase.begin if how == "any" else phrase.start, end=phrase.end,
        clause=dated.clause, strength=how, above=" ; ".join(p.text[:200] for p in dated.block.parents[-2:]),
    )  # fmt: skip
    return None if leaving is None else (leaving.name, leaving.why)


def _refusal(dated: Dated, said: Saying) -> Words | None:
    """Why this phrase is no deadline although no row leaves it."""
    phrase, time = dated.phrase, dated.phrase.time
    if dated.in_time_column or dated.in_old_column or dated.duty_column:
        return None
    strong = strength(phrase) == "any"
    if said.duty is None:
        return None if _speaks_for_itself(phrase) else _NO_DUTY
    if time.rule is None and time.granularity in {"month", "quarter", "year"} and not strong:
        return None if _names_when(dated, said) else _PERIOD
    if strong:
        return None
    if not said.duty.hand_in or not _beside(dated.block, said):
        return _NO_DUTY
    alone = phrase.lead is None and time.start is None and time.rule is None and not time.yearly
    left = dated.block.text[dated.clause.start : phrase.begin]
    named = _SENDS.search(left) is not None or left.rstrip().endswith(":")
    return None if named or not alone else _NO_DUTY


def _speaks_for_itself(phrase: Phrase) -> bool:
    """ "trước ngày", "chậm nhất", "hạn cuối" before a whole day: due, whatever the verb is."""
    lead, time = phrase.lead, phrase.time
    plain = time.granularity == "day" and time.rule is None
    return plain and lead is not None and lead.strong and lead.name not in {"amended to", "until"}


_SENDS = re.compile(
    r"(?<!\w)(?:gui|nop|trinh|chot|hoan thanh|bao cao (?:ve|ket qua|so ket|tong ket)|dang ky)(?!\w)"
)
_RESULTS_OF = re.compile(
    r"(?:phat sinh|ket qua(?: \w+){0,2}|thanh tich(?: \w+){0,4}|duoc (?:thuc hien|trien khai)|cong tac|hoat dong"
    r"|nhiem vu(?: \w+){0,4}|phong trao(?: thi dua)?(?: \w+){0,3})\s*$"
)
_DONE = re.compile(
    r"(?<!\w)(?:hoan thanh|ban hanh|to chuc (?:so ket|tong ket|hoi nghi)|so ket|tong ket|xong|gui|nop|trinh|ky ket|dang ky)(?!\w)"
)


def _names_when(dated: Dated, said: Saying) -> bool:
    """A month, quarter or year said to be when something is done, not what it is about."""
    phrase, text, duty = dated.phrase, dated.block.text, said.duty
    left = text[dated.clause.start : phrase.begin].rstrip()
    if duty is None:
        return False
    if phrase.lead is None:
        return duty.hand_in and _opens_line(dated)
    vague = not duty.hand_in and phrase.lead.name != "planned" and not _DONE.search(left)
    if said.distance > 1 or vague:
        return False
    if phrase.time.granularity == "year":
        return (
            phrase.lead.name != "until"
            and bool(_DONE.search(left))
            and not _RESULTS_OF.search(left)
        )
    within = text[phrase.begin : phrase.start].startswith("trong")
    return not (within and _RESULTS_OF.search(left) and not _DONE.search(left[-60:]))


def _opens_line(dated: Dated) -> bool:
    """ "Tháng 6/2025: sơ kết …", where the line has no nearer date."""
    phrase, text = dated.phrase, dated.block.text
    nearer = (p for p in phrases_in(text) if p.lead is not None or p.time.start is not None)
    if any(phrase.end < p.start < dated.clause.end for p in nearer):
        return False
    left, right = text[dated.clause.start : phrase.begin], text[phrase.end : dated.clause.end]
    if re.search(r"(?<!\w)da (?:duoc )?\w", right[:60]):
        return False  # what was done then
    if not left.strip(" -+*.)0123456789:("):
        return right.startswith((":", ",", " :"))
    return left.rstrip().endswith(":") and not right.strip(" .;)|")


def _beside(block: Block, said: Saying) -> bool:
    """The duty stands in the date's own sentence, or in the line its item hangs from."""
    if said.distance <= 1 and said.owner == block.index:
        return True
    parent = block.parents[-1] if block.parents else None
    hangs = parent is not None and (bool(block.kind) or parent.text.endswith(":"))
    return said.distance == 1 and hangs
