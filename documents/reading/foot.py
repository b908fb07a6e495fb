"""The foot of an official paper: who signed it, who gets it."""

from __future__ import annotations

import re

from documents.reading.folding import fold
from documents.reading.outline import Block

_TO = re.compile(r"^\W*noi nh\w{1,3}\s*:|^\W*noi nhan")
_ROLE = re.compile(
    r"^\W*(?:tm|kt|tl|tuq|q)\.? |chu tich|giam doc|truong ban|chanh van phong|truong phong|hieu truong|bo truong|thu tuong|bi thu|cuc truong|tong giam doc|pho |thu truong|vien truong|chu nhiem"
)
_TITLES = re.compile(r"^(?:(?:TS|ThS|GS|PGS|BS|KS)\.? ?)+")


def is_foot(block: Block) -> bool:
    return bool(_TO.match(block.text))


def recipients_listed(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    for block in blocks:
        if not _TO.match(block.text):
            continue
        found = _items(block.words.raw.splitlines()[1:])
        for below in blocks[block.index + 1 : block.index + 40]:
            if below.kind != "dash" and not below.text.startswith("-"):
                if below.kind == "row" or (found and not below.kind):
                    break
                continue
            found += _items(below.words.raw.splitlines())
            if re.search(r"(?<!\w)luu ?:", below.text):
                break
        return tuple(found)
    return ()


def _items(lines: list[str]) -> list[str]:
    """One recipient a line, the dash and closing mark off; a wrapped line belongs to the one above."""
    items: list[str] = []
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if items and not re.match(r"[-–+*]", text):
            items[-1] = f"{items[-1]} {text}"
            continue
        items.append(text)
    return [re.sub(r"^[-–+*\s]+", "", item).strip(" ;,") for item in items]


def signatory(blocks: tuple[Block, ...], start: int) -> str | None:
    """The last line of the foot that reads like a person's name."""
    foot = next((b.index for b in blocks if b.index >= start and _TO.match(b.text)), None)
    if foot is None:
        foot = next(
            (b.index for b in reversed(blocks) if _ROLE.search(b.text) and len(b.text) < 60), None
        )
    if foot is None:
        return None
    named: list[str] = []
    for block in blocks[foot : foot + 45]:
        if re.match(r"\W*(?:phu luc|mau so|bieu mau)", block.text):
            break
        for line in block.words.raw.splitlines():
            name = _name(line)
            if name:
                named.append(name)
    return named[-1] if named else None


_NOT_NAMES = re.compile(
    r"(?:^|\s)(?:ban|phong|van phong|hoi dong|luu|noi nhan|nhu tren|cac|don vi|chu tich|truong|giam doc|thi dua|thanh pho|hcm|cong an|lanh dao|da ky|ky ten|trang|bao cao|uy ban|so noi vu|vu|cuc)(?:\s|$)"
)


def _name(line: str) -> str | None:
    text = _TITLES.sub(
        "",
        re.split(r"[|\t]|\s{3,}|[;.]\s+(?=[A-ZĐ])", line.replace("*", "").strip())[-1].strip(
            " _-;,."
        ),
    )
    words = text.split()
    if not 2 <= len(words) <= 5 or any(not word.isalpha() for word in words):
        return None
    if not all(word[0].isupper() and word[1:].islower() for word in words if len(word) > 1):
        return None
    return None if _NOT_NAMES.search(fold(text)) else text
