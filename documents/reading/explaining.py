"""Why each date of a document was taken or left, line by line."""

from __future__ import annotations

from documents.reading.result import Reading
from dondoc.words import Language, Words

_TAKEN = Words("lấy", "taken")
_LEFT = Words("bỏ ", "left ")
_LINE = Words("dòng", "line")


def explained(reading: Reading, *, language: Language) -> str:
    rows = []
    for weighed in sorted(reading.weighed, key=lambda w: (w.line, w.words)):
        verdict = (_TAKEN if weighed.taken else _LEFT).text(language)
        why = f"{weighed.why.text(language)} [{weighed.rule}]"
        rows.append(
            f"{_LINE.text(language)} {weighed.line:>4}  {verdict}  «{weighed.words}»  {why}"
        )
    return "\n".join(rows)
