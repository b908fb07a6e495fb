"""Who issued a paper, from its head or, where the head is lost, from its first sentences."""

from __future__ import annotations

import re

from documents.reading.casing import cased
from documents.reading.damage import mend, written
from documents.reading.folding import fold, folded
from documents.reading.outline import Block
from documents.reading.roles import ORG

_MOTTO = re.compile(r"cong hoa xa h\w{1,2} chu nghia|d[o0]c lap ?- ?t\w{1,2} do|hanh ph\w{1,4}$")
_AREA = re.compile(r"(?:huyen|quan|tinh|thanh pho|tp|phuong|xa|thi tran|thi xa|khu|dac khu)\b")
_NATION = re.compile(
    r"(?i)cộng\s+h[oò][aà]\s+xã\s+hội\s+chủ\s+nghĩa\s+việt\s+nam|độc\s+lập\s*[-–]\s*tự\s+do\s*[-–]\s*hạnh\s+phúc|đảng\s+cộng\s+sản\s+việt\s+nam"
)
_WHERE = re.compile(
    r"(?<!\w)(?:HUYỆN|QUẬN|TỈNH|THÀNH PHỐ|TP\.?|PHƯỜNG|XÃ(?! HỘI)|THỊ TRẤN|THỊ XÃ|ĐẶC KHU)\s+\S.*$"
)
_SMALL = re.compile(r"(?:so|phong|van phong|chi cuc|trung tam|hoi dong|ban)(?!\w)")


def issuer_above(head: tuple[Block, ...], *, damaged: bool) -> str | None:
    """The capitals of the left column, the nation's motto taken out; mended where a scan is."""
    lines = [
        name
        for block in head
        for raw in block.words.raw.splitlines()
        for cell in re.split(r"\||\t| {3,}", raw)
        if (name := _line(cell))
    ]
    groups: list[list[str]] = []
    for line in lines:
        plain = fold(line)
        if groups and (_AREA.match(plain) or not ORG.match(plain)):
            groups[-1].append(line)
        elif ORG.match(plain):
            groups.append([line])
    if not groups:
        return None
    said = _placed(groups)
    return cased(written(mend(folded(said)).text).upper() if damaged and said.isascii() else said)


def _placed(groups: list[list[str]]) -> str:
    """SỞ NỘI VỤ under ỦY BAN NHÂN DÂN TỈNH LƯƠNG GIANG is the province's."""
    own = " ".join(groups[-1])
    if len(groups) < 2 or _WHERE.search(own) or not _SMALL.match(fold(own)):
        return own
    above = _WHERE.search(" ".join(groups[-2]))
    return f"{own} {above[0].strip()}" if above is not None else own


def _line(raw: str) -> str | None:
    text = _NATION.sub(" ", raw.replace("*", "").replace("#", "")).strip(" _-–—.")
    text = re.split(r"(?i)(?<!\w)(?:số|so|s[06dé]|8[6o])\s*[:.]", text)[0].strip(" _-–—.")
    letters = [c for c in text if c.isalpha()]
    if _MOTTO.search(fold(text)):
        return None
    if len(letters) < 4 or text.upper() != text or "NGÀY" in text:
        return None
    return " ".join(text.split())


_ATTACHED_OF = re.compile(r"kem theo [^()]{5,90}? ngay [\d/ a-z]{8,30} cua (?P<who>[^()]{4,90})\)")


def issuer_attached(head: tuple[Block, ...]) -> str | None:
    """ "(Kèm theo Kế hoạch số … ngày … của Ủy ban nhân dân huyện)": an appendix names whose it is."""
    for block in head[:8]:
        found = _ATTACHED_OF.search(block.text)
        if found is not None:
            return block.words.source(*found.span("who"))
    return None


_ACTS_ON = re.compile(r"(?<!\w)(?:xay dung(?: va ban hanh)?|ban hanh|to chuc trien khai|to chuc|phat dong|thong bao|huong dan|de nghi|yeu cau) (?:\w+ ){0,4}?(?:ke hoach|huong dan|quy che|thong bao|nhu sau|noi dung|phong trao|cac co quan|cac don vi|cac dong chi|thu truong|viec|cac )")  # fmt: skip


def issuer_in_body(blocks: tuple[Block, ...], start: int, *, damaged: bool) -> str | None:
    """ "… Ủy ban nhân dân Quận 7 xây dựng Kế hoạch …": the unit that acts in the opening."""
    for block in blocks[max(0, start - 1) : start + 14]:
        for act in _ACTS_ON.finditer(block.text):
            before = block.text[max(0, act.start() - 110) : act.start()]
            offset = act.start() - len(before)
            last = max(before.rfind(mark) for mark in ",.;:")
            org = next(iter(ORG.finditer(before, last + 1)), None)
            if org is None or before[last + 1 : org.start()].strip() not in {
                "",
                "nay",
                "nay,",
                "do do",
            }:
                continue
            span = (offset + org.start(), act.start())
            if damaged:
                said = written(block.text[span[0] : span[1]]).strip()
                return said[:1].upper() + said[1:]
            return block.words.source(*span).strip() or None
    return None


_STANDING = re.compile(
    r"(?:co quan )?thuong truc(?: cua)? hoi dong(?: thi dua[ ,-]*(?:va )?khen thuong| td ?-? ?kt)(?: (?:thanh pho|quan|huyen|tinh|xa|phuong|so|nganh|truong|bo))?(?: ?\([^)]{4,60}\))?"
)
_WATCHES = re.compile(r"(?:don doc|theo doi|tong hop)")


def standing_office(blocks: tuple[Block, ...], *, damaged: bool) -> str | None:
    """The council's standing office where the paper names one, else the body told to follow the plan up."""
    found = [
        (-len(match[0]), block.index, block, match.span())
        for block in blocks
        for match in _STANDING.finditer(block.text)
    ]
    if found:
        _, _, block, span = min(found, key=lambda item: item[:2])
        return _said(block, span, damaged=damaged)
    for block in blocks:
        org = re.search(r"giao (?P<who>" + ORG.pattern + r"[^,;:.]{0,60}?)(?= chu tri| theo doi| phoi hop| tham muu| don doc| tong hop|,|:|$)", block.text)  # fmt: skip
        if org is not None and (_WATCHES.search(block.text) or _children_watch(blocks, block)):
            return _said(block, org.span("who"), damaged=damaged)
    return None


def _children_watch(blocks: tuple[Block, ...], parent: Block) -> bool:
    return any(
        _WATCHES.search(block.text)
        for block in blocks[parent.index + 1 : parent.index + 8]
        if parent in block.parents
    )


def _said(block: Block, span: tuple[int, int], *, damaged: bool) -> str:
    if damaged:
        said = written(block.text[span[0] : span[1]])
        return said[:1].upper() + said[1:]
    return block.words.source(*span)
