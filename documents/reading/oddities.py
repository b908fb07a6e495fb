"""What the official should decide: found, never corrected."""

from __future__ import annotations

from documents.reading.blocks import Block
from documents.reading.result import Found, Oddity
from documents.reading.setting import Setting


def oddities(found: list[Found], setting: Setting, blocks: tuple[Block, ...]) -> tuple[Oddity, ...]:
    return ()
