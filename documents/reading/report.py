"""A reading as the JSON that `dondoc read --json` prints."""

from __future__ import annotations

import json
from dataclasses import asdict

from documents.reading.result import Found, Reading
from dondoc.words import Language


def as_json(reading: Reading, *, language: Language = Language.VI) -> str:
    return json.dumps(as_data(reading, language=language), ensure_ascii=False, indent=1)


def as_data(reading: Reading, *, language: Language) -> dict[str, object]:
    header = reading.header
    return {
        "plan": {
            "type": header.type, "number": header.number, "date": header.issued.isoformat() if header.issued else None,
            "issuer": header.issuer, "title": header.title, "place": header.place, "period": header.period,
            "signatory": header.signatory, "recipients": list(header.recipients),
            "roles": {"standing_office": header.standing_office} if header.standing_office else {},
            "parents": list(header.cited),
        },
        "milestones": [_milestone(found, language) for found in reading.milestones],
        "undated": [
            {"what": u.what, "responsible": u.responsible, "recipient": u.recipient, "quote": u.quote, "line": u.line}
            for u in reading.undated
        ],
        "oddities": [{"line": o.line, "why": o.why.text(language), "quote": o.quote} for o in reading.oddities],
        "format": reading.format,
        "notes": list(reading.notes),
    }  # fmt: skip


def _milestone(found: Found, language: Language) -> dict[str, object]:
    said: dict[str, object] = {
        "what": found.what, "kind": found.kind, "due": found.due, "window_start": found.window_start,
        "wording": found.wording, "inclusive": found.inclusive, "granularity": found.granularity,
        "responsible": found.responsible, "recipient": found.recipient, "recipient_final": found.recipient_final,
        "quote": found.quote, "line": found.line, "confidence": found.confidence, "rule": found.rule,
    }  # fmt: skip
    extra = {
        "reading": found.reading, "page": found.page, "where": found.where or None, "time": found.clock,
        "year_inferred": found.year_inferred or None, "at_least": list(found.at_least) or None,
        "components": [asdict(part) for part in found.components] or None, "electronic": found.electronic, "doubts": [d.text(language) for d in found.doubts] or None,
    }  # fmt: skip
    return said | {key: value for key, value in extra.items() if value is not None}
