"""A reading held against the list of units: bodies the paper names that are no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from documents.reading.matching import Directory
from documents.reading.result import Found, Oddity, Reading
from dondoc.words import Words


def with_units(reading: Reading, directory: Directory) -> Reading:
    """The same, with an oddity for each milestone whose sender or receiver has ended, or ends
    before it is due."""
    found = tuple(_doubted(one, directory) for one in reading.milestones)
    more = [
        Oddity(line=one.line, why=doubt, quote=one.quote)
        for one, before in zip(found, reading.milestones, strict=True)
        for doubt in one.doubts[len(before.doubts) :]
    ]
    return replace(reading, milestones=found, oddities=(*reading.oddities, *more))


def _doubted(found: Found, directory: Directory) -> Found:
    due = date.fromisoformat(found.due) if isinstance(found.due, str) else None
    phrases = (phrase for phrase in (found.responsible, found.recipient) if phrase)
    ended = {row.code: row for phrase in phrases if (row := directory.ended(phrase, by=due))}
    doubts = [
        Words(
            f"{row.name} đã thôi hoạt động từ sau ngày {row.valid_to:%d/%m/%Y}",
            f"{row.name} is no more after {row.valid_to}",
        )
        if row.valid_to is not None
        else Words(f"{row.name} khi ban hành chưa thành lập", f"{row.name} did not exist yet")
        for row in ended.values()
    ]
    return replace(found, doubts=(*found.doubts, *doubts))
