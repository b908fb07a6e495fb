"""Date phrases in their places: the clause, the sentence, the row, and what parts them from others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.reading.clauses import Span, around, clauses, sentences
from documents.reading.grammar import NO_ROW, Phrase, phrases_in
from documents.reading.leaving import Which
from documents.reading.outline import Block
from documents.reading.tables import TableRow, table_row
from documents.reading.times import Time


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

    @classmethod
    def whole(cls, block: Block, clause: Span | None = None, sentence: Span | None = None) -> Dated:
        """A stretch of a block that names no date, read as if one stood at its end."""
        clause = clause or Span(0, len(block.text))
        nowhere = Phrase(clause.end, clause.end, clause.end, NO_ROW, Time(), None)
        return cls(
            block=block, phrase=nowhere, clause=clause, sentence=sentence or clause,
            before=clause.start, after=clause.end, row=table_row(block),
        )  # fmt: skip

    @property
    def in_start_column(self) -> bool:
        return self.row is not None and self.row.is_in("start", self.phrase.begin)

    @property
    def start_phrase(self) -> Phrase | None:
        """The row's first day, in a column of its own."""
        cell = self.row.cell("start") if self.row is not None else None
        if cell is None:
            return None
        return next((p for p in phrases_in(self.block.text) if cell[0] <= p.start < cell[1]), None)

    @property
    def duty_column(self) -> str:
        """The name of the date's column where it names a duty."""
        return self.row.duty_column(self.phrase.start) if self.row is not None else ""

    @property
    def only_span(self) -> bool:
        """A window in the time column of a row whose other columns say what is due, and when."""
        row, text = self.row, self.block.text
        if row is None or self.phrase.time.start is None or not self.in_time_column:
            return False
        others = (p for p in phrases_in(text) if p.start != self.phrase.start)
        return any(row.duty_column(p.start) for p in others)

    @property
    def narrowed(self) -> bool:
        """A month or quarter with a day right after it: "trong quý I/2026, chậm nhất ngày 20/3/2026"."""
        if (
            self.phrase.time.granularity not in {"month", "quarter", "year"}
            or self.phrase.time.start
        ):
            return False
        text, end = self.block.text, self.phrase.end
        return any(
            p.time.granularity == "day" and p.time.day and not p.time.rule and _CLOSE.fullmatch(text[end : p.begin])
            for p in phrases_in(text)
            if p.begin >= end and p.lead is not None
        )  # fmt: skip

    @property
    def in_data_column(self) -> bool:
        return self.row is not None and self.row.is_in("data", self.phrase.begin)

    @property
    def often(self) -> str:
        """What the row's column for the frequency says."""
        cell = self.row.cell("often") if self.row is not None else None
        return self.block.text[slice(*cell)] if cell is not None else ""

    @property
    def in_old_column(self) -> bool:
        return self.row is not None and self.row.is_in("old", self.phrase.begin)

    @property
    def kept(self) -> bool:
        """The new date's cell says that the old one stays."""
        new = self.row.cell("when") if self.row is not None else None
        return new is not None and bool(_STAYS.search(self.block.text[slice(*new)]))

    @property
    def in_time_column(self) -> bool:
        return self.row is not None and self.row.is_in("when", self.phrase.begin)


def dated_phrases(block: Block) -> Iterator[Dated]:
    found = phrases_in(block.text)
    if not found:
        return
    by_clause, by_sentence = clauses(block.words), sentences(block.words)
    row = table_row(block)
    for i, phrase in enumerate(found):
        clause = _near(around(by_clause, phrase.start), phrase)
        sentence = _near(around(by_sentence, phrase.start), phrase)
        yield Dated(
            block=block, phrase=phrase, clause=clause, sentence=sentence,
            before=max([clause.start, *(p.end for p in found[:i] if _parts(p))]),
            after=min([clause.end, *(p.begin for p in found[i + 1 :] if _parts(p))]),
            heading=_is_heading(block, phrase), row=row,
        )  # fmt: skip


def _parts(phrase: Phrase) -> bool:
    """Stands between two duties; "năm 2024" inside one does not."""
    return phrase.lead is not None or phrase.time.start is not None or phrase.time.rule is not None


_FAR = 3000


def _near(span: Span, phrase: Phrase) -> Span:
    """No sentence reaches further; a list without a full stop is no sentence."""
    return Span(max(span.start, phrase.begin - _FAR), min(span.end, phrase.end + _FAR))


_CLOSE = re.compile(r"[ ,(]{1,3}(?:va )?")
_STAYS = re.compile(r"giu nguyen|khong (?:thay doi|dieu chinh)|nhu cu")
_MARK = re.compile(
    r"^(?:[\s\d.)/+~•*·-]+|[a-z]\)|[ivx]+\.|(?:dot|giai doan|buoc|lan) (?:\d|[ivx]+|mot|hai|ba)\b|thoi gian|trong|vao|[(:,|]|\s)*$"
)


def _is_heading(block: Block, phrase: Phrase) -> bool:
    rest = block.text[phrase.end :]
    return (
        block.kind != "row"
        and not rest.strip(" :.|)")
        and bool(_MARK.match(block.text[: phrase.begin]))
    )


def strength(phrase: Phrase) -> Which:
    if phrase.row.self_sufficient and phrase.time.rule is not None:
        return "any"
    if phrase.lead is not None and phrase.lead.strong:
        return "any"
    if phrase.time.start is not None:
        return "window"
    if phrase.lead is not None or phrase.time.rule is not None or phrase.time.yearly:
        return "weak"
    return "bare"
