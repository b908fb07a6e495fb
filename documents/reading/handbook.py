"""The grammar's tables as they are printed in docs/reader.md."""

from __future__ import annotations

from documents.reading.grammar import LEADS, SHAPES
from documents.reading.leaving import LEAVINGS


def shapes_table() -> str:
    rows = [f"| {row.example} | `{row.gives}` | {row.name} |" for row in SHAPES]
    return "\n".join(("| lời văn | hiểu là | dòng |", "|---|---|---|", *rows))


def leads_table() -> str:
    rows = [
        f"| {lead.example} | {'có' if lead.inclusive else 'không'} | {'một mình' if lead.strong else 'khi có việc phải nộp'} |"
        for lead in LEADS
    ]
    return "\n".join(("| lời văn | tính cả ngày đó | thành hạn |", "|---|---|---|", *rows))


def leavings_table() -> str:
    rows = [f"| {row.example} | {row.why.vi} · {row.why.en} |" for row in LEAVINGS]
    return "\n".join(("| lời văn | vì sao không phải hạn |", "|---|---|", *rows))
