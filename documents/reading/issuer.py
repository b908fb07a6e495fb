"""Who issued a paper, from its head or, where the head is lost, from its first sentences."""

from __future__ import annotations

import re

from documents.reading.damage import written
from documents.reading.folding import fold
from documents.reading.outline import Block
from documents.reading.roles import ORG

_AREA = re.compile(r"(?:huyen|quan|tinh|thanh pho|tp|phuong|xa|thi tran|thi xa|khu|dac khu)\b")
_NATION = re.compile(
    r"(?i)cộng\s+h[oò][aà]\s+xã\s+hội\s+chủ\s+nghĩa\s+việt\s+nam|độc\s+lập\s*[-–]\s*tự\s+do\s*[-–]\s*hạnh\s+phúc|đảng\s+cộng\s+sản\s+việt\s+nam"
)
_COMMON = frozenset(
    (
        "uy ban nhan dan hoi dong thi dua khen thuong van phong phong so ban bo cuc chi truong "
        "trung tam cong doan lien mat tran to quoc tinh huyen quan phuong xa thi thanh pho thanh "
        "tran noi vu giao duc va dao tao tu phap tai chinh ke hoach y te van hoa thong tin kinh te "
        "quan ly dau xay dung khu vuc su nghiep hoi doan thanh nien phu nu nong lao dong thuong "
        "binh xa kiem sat toa an quan su chi huy dang bo lien hiep lien minh hop tac xa tong cuc "
        "cong tac dang chinh tri ban chap hanh nganh thuong truc phoi hop"
    ).split()
)


def issuer_above(head: tuple[Block, ...]) -> str | None:
    """The capitals of the left column, the nation's motto taken out."""
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
    return _cased(" ".join(groups[-1])) if groups else None


def _line(raw: str) -> str | None:
    text = _NATION.sub(" ", raw.replace("*", "").replace("#", "")).strip(" _-–—.")
    text = re.split(r"(?i)\bsố\s*[:.]", text)[0].strip(" _-–—.")
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 4 or text.upper() != text or "NGÀY" in text:
        return None
    return " ".join(text.split())


def _cased(shout: str) -> str:
    """ỦY BAN NHÂN DÂN HUYỆN BÌNH CHÁNH → Ủy ban nhân dân huyện Bình Chánh."""
    words = shout.split()
    calm, named = [], False
    for word in words:
        common = fold(word).strip(",") in _COMMON and not named
        area = bool(_AREA.fullmatch(fold(word)))
        named = named or not common or area
        calm.append(word.lower() if common or area else word.capitalize())
    said = " ".join(calm)
    return said[:1].upper() + said[1:]


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
