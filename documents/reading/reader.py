"""Reads one document from its lines to its milestones."""

from __future__ import annotations

import re

from documents.reading.blocks import blocks
from documents.reading.damage import is_damaged, mend, plain
from documents.reading.dossier import with_dossiers
from documents.reading.foot import is_foot
from documents.reading.header import Header, read_header
from documents.reading.milestones import Reader
from documents.reading.oddities import doubted, oddities
from documents.reading.outline import Block
from documents.reading.result import Reading
from documents.reading.setting import DayOff, Setting, weekends_and_fixed_holidays
from documents.reading.source import Source
from documents.reading.undated import recurring, undated_duties


def read(source: Source, *, day_off: DayOff = weekends_and_fixed_holidays) -> Reading:
    """`day_off` tells which deadlines fall on days nobody works."""
    damaged = is_damaged(source.text)
    parts = blocks(source, repair=mend if damaged or source.recognised else plain)
    header = read_header(parts, damaged=damaged)
    setting = Setting(
        issued=header.issued, years=header.years, type=header.type, damaged=damaged, day_off=day_off
    )
    body = _body(parts, header)
    reader = Reader(setting, body)
    reader.read()
    taken = frozenset(reader.held | set(reader.headings))
    found = [doubted(one, setting) for one in (*reader.found, *recurring(body))]
    found = with_dossiers(found, body)
    found.sort(key=lambda milestone: milestone.line)
    return Reading(
        name=source.name, format=source.format, header=header, milestones=tuple(found),
        undated=tuple(undated_duties(body, taken)),
        oddities=oddities(found, setting, body), weighed=tuple(reader.weighed), notes=source.notes, damaged=damaged, text=source.text,
    )  # fmt: skip


def _body(parts: tuple[Block, ...], header: Header) -> tuple[Block, ...]:
    """Without the head and the list of recipients; appendices stay."""
    kept: list[Block] = []
    foot = False
    for block in parts[header.ends :]:
        if is_foot(block):
            foot = True
        elif foot and (
            block.kind in {"row", "part"}
            or re.match(r"\W*(?:phu luc|lich|danh muc|bang|bieu)", block.text)
        ):
            foot = False
        if not foot:
            kept.append(block)
    return tuple(kept)
