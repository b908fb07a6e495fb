"""What a dossier consists of, where the paper lists it: parts, copies, sets, who alone adds what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from documents.reading.folding import fold
from documents.reading.outline import Block
from documents.reading.result import Found, Wanted

_HEAD = re.compile(
    r"(?:thanh phan ho so|ho so(?: [a-z,]+){0,9}? (?:gom|bao gom)(?: co)?|(?:moi (?:bo|ho so)|bo ho so) gom(?: co)?|ho so(?: [a-z]+){0,5} ?\([^)]{3,160}\)"
    r"|ho so(?: (?:de nghi|khen thuong|xet|trinh|dang ky|[a-z]+)){0,6}?(?=:))"
)
_PART = re.compile(
    r"(?:to trinh|bien ban|bao cao|danh sach|phieu|ban (?:dang ky|khai|mo ta|tu cham|cam ket|sao|tom tat|giao uoc|nhan xet|chup|thuyet minh|tong hop|chinh)|don(?! vi)|giay|quyet dinh|van ban|cong van|tom tat|(?:hinh )?anh|video|de tai"
    r"|xac nhan|tai lieu|chung (?:nhan|tu)|ly lich|so yeu|bang (?!khen)|so lieu|phu luc|minh chung|ke hoach|thuyet minh|hop dong|san pham|bai (?:viet|du thi)|mau so|thang diem|giao uoc)(?!\w)"
)
_COUNT = re.compile(
    r"^\W*(?P<n>\d{1,2}) (?:(?:ban|bo|quyen|tap|to(?! trinh)|cuon|tep|file|anh)(?= )(?: (?:chinh|goc|sao|giay))?(?: cua)? )?"
)
_COUNTED = re.compile(
    r"\(? ?(?:moi loai )?(?P<n>\d{1,2}) (?:ban|bo|quyen|tap|cuon)(?! ho so)[^,;)]{0,25}\)?"
)
_SETS = re.compile(r"(?<!\w)(?P<n>\d{1,2}) bo(?! phan| truong| sung)(?!\w)")
_ONLY = re.compile(
    r"(?:doi voi|rieng|neu la) (?:cac |truong hop )?(?P<who>[^:;,()]{3,60}?)(?: (?:thi )?(?:nop |gui )?(?:phai )?(?:co )?them|[:,)]|$)|^\W*(?P<who2>doanh nghiep|hop tac xa) (?:nop |gui )?them"
)
_CUT = re.compile(r"[;,](?![^()]*\))| va (?=(?:\d{1,2} )?(?:ban |bo )?" + _PART.pattern + r")")
_MARK = re.compile(r"^\s*(?:[a-z]\d?\s?[).]|\d{1,2}(?:\.\d{1,2})*\s?[.)]|[-+*~•·]|[ivx]+\.)\s*")
_BESIDES = re.compile(r"^\W*(?:gom(?: co)?|kem(?: theo)?|them|cung|va)(?!\w)\s*")
_EACH = re.compile(r"moi (?:loai|thu|thanh phan|van ban) (?P<n>\d{1,2}) (?:ban|bo)")
_ELECTRONIC = re.compile(
    r"ban dien tu|file mem|ban mem|ban so|file (?:word|excel|pdf)|thu dien tu|email|e-mail|phan mem|hop thu cong vu"
)
_FORMATS = {"docx": r"\.?docx?|word", "pdf": r"pdf", "xlsx": r"\.?xlsx?|excel"}


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """`electronic` are the paper's words on the electronic copy."""

    block: Block
    parts: tuple[Wanted, ...]
    electronic: str | None = None


def dossiers(blocks: tuple[Block, ...]) -> tuple[Dossier, ...]:
    return tuple(found for block in blocks if (found := _dossier(block, blocks)) is not None)


def _dossier(block: Block, blocks: tuple[Block, ...]) -> Dossier | None:
    head = _HEAD.search(block.text)
    if head is None or block.kind in {"row", "band"}:
        return None
    below = [one for one in blocks if block in one.parents and one.parents[-1] is block]
    rest = _sentence(block, head)
    sets = _sets(block)
    parts = [*_parts_in(block, *rest)] if rest is not None else []
    parts += [part for one in below for part in _parts_of(one)]
    if len(parts) < 1 or (
        len(parts) == 1 and rest is not None and ":" not in head[0] and not below
    ):
        parts = parts if parts and "gom" in head[0] else []
    if not parts:
        return None
    each = _EACH.search(block.text)
    least = int(each["n"]) if each is not None else int(sets is not None)
    wanted = [replace(p, copies=min(max(p.copies, least) * (sets or 1), 20)) for p in parts]
    electronic = _electronic(block, below, blocks)
    types = _formats(electronic) if electronic else ()
    return Dossier(
        block=block, parts=tuple(replace(p, types=types) for p in wanted), electronic=electronic
    )


def _sentence(block: Block, head: re.Match[str]) -> tuple[int, int] | None:
    """What stands after the colon, or within the brackets, up to the full stop."""
    text = block.text
    if head[0].endswith(")"):
        return head.start() + head[0].index("(") + 1, head.end() - 1
    start = text.find(":", head.end() - 1)
    start = start + 1 if 0 <= start <= head.end() + 60 else head.end()
    stop = re.compile(r"\.(?=\s|$)").search(text, start)
    end = stop.start() if stop is not None else len(text)
    return (start, end) if text[start:end].strip() else None


def _sets(block: Block) -> int | None:
    """ "02 bộ, mỗi bộ gồm": so many of everything."""
    found = _SETS.search(block.text)
    return int(found["n"]) if found is not None and 0 < int(found["n"]) <= 10 else None


def _parts_of(block: Block) -> Iterator[Wanted]:
    mark = _MARK.match(block.text)
    start = mark.end() if mark is not None else 0
    stop = re.compile(r"\.(?=\s|$)").search(block.text, start)
    yield from _parts_in(
        block, start, stop.start() if stop is not None else len(block.text), whole=True
    )


def _parts_in(block: Block, start: int, end: int, *, whole: bool = False) -> Iterator[Wanted]:
    """`whole`: an item of a list is one part, unless it names several with their numbers."""
    text = block.text[start:end]
    cuts = (
        [] if whole and len(_COUNTED.findall(text)) < 2 else [m.span() for m in _CUT.finditer(text)]
    )
    spans = zip([0, *(b for _, b in cuts)], [*(a for a, _ in cuts), len(text)], strict=True)
    pending: tuple[int, int] | None = None
    for a, b in spans:
        goes_on = text[a - 1 : a] != ";"
        if pending is not None and goes_on and not _begins_part(text[a:b]):
            pending = pending[0], b
            continue
        if pending is not None:
            yield from _part(block, start + pending[0], start + pending[1])
        pending = (a, b) if _begins_part(text[a:b]) else None
    if pending is not None:
        yield from _part(block, start + pending[0], start + pending[1])


def _begins_part(text: str) -> bool:
    plain = _BESIDES.sub("", text.strip(" .:-"))
    only = _ONLY.search(plain)
    if only is not None and only.start() == 0:
        plain = _BESIDES.sub("", plain[only.end() :].strip(" :,"))
    counted = _COUNT.match(plain)
    return bool(_PART.match(plain[counted.end() :].lstrip() if counted is not None else plain))


def _part(block: Block, start: int, end: int) -> Iterator[Wanted]:
    text = block.text[start:end]
    only = _ONLY.search(text)
    who = _who(block, start, only) if only is not None else None
    place = only.end() if only is not None and only.start() <= 4 else 0
    place += len(text[place:]) - len(text[place:].lstrip(" .:,-"))
    besides = _BESIDES.match(text[place:])
    place += besides.end() if besides is not None else 0
    counted = _COUNT.match(text[place:])
    copies = int(counted["n"]) if counted is not None else 0
    place += counted.end() if counted is not None else 0
    said = _COUNTED.search(text, place)
    if not copies and said is not None:
        copies = int(said["n"])
    stop = said.start() if said is not None and said.end() > len(text) - 3 else len(text)
    name = block.shown(start + place, start + stop).strip(" .,:;-(")
    if name:
        yield Wanted(name=name[:1].upper() + name[1:], copies=min(copies, 20), only=who)


def _who(block: Block, start: int, only: re.Match[str]) -> str:
    a, b = only.span("who" if only["who"] else "who2")
    return block.shown(start + a, start + b)


def _electronic(block: Block, below: list[Block], blocks: tuple[Block, ...]) -> str | None:
    near = [block, *below, *(b for b in blocks if 0 < b.index - (below or [block])[-1].index <= 3)]
    for one in near:
        for sentence in re.finditer(r"[^.;]+(?:\.(?!\s|$)[^.;]*)*", one.text):
            if _ELECTRONIC.search(sentence[0]):
                return one.words.source(*sentence.span()).strip()
    return None


def _formats(said: str) -> tuple[str, ...]:
    plain = fold(said)
    if "dinh dang" not in plain:
        return ()
    return tuple(
        name
        for name, pattern in _FORMATS.items()
        if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", plain)
    )


def with_dossiers(found: list[Found], blocks: tuple[Block, ...]) -> list[Found]:
    """Each dossier's parts beside the milestones it is handed in for: the list of the same section,
    or the paper's only one."""
    listed = dossiers(blocks)
    if not listed:
        return found
    starts = [block.line for block in blocks]
    places = [blocks[max(bisect_right(starts, one.line) - 1, 0)] for one in found]
    general = tuple(one for one in listed if one.block not in places)
    made = []
    for one, block in zip(found, places, strict=True):
        near = _own(block, listed)
        if near is None and general and one.kind in {"dossier", "exemplar"}:
            near = _nearest(block, general)
        made.append(
            replace(one, components=near.parts, electronic=near.electronic) if near else one
        )
    return made


def _own(block: Block, listed: tuple[Dossier, ...]) -> Dossier | None:
    return next((one for one in listed if one.block is block), None)


def _nearest(block: Block, listed: tuple[Dossier, ...]) -> Dossier | None:
    def shared(one: Dossier) -> int:
        theirs = (*one.block.parents, one.block)
        return sum(parent in theirs for parent in (*block.parents, block))

    best = max(listed, key=lambda one: (shared(one), -abs(one.block.index - block.index)))
    return best if len(listed) == 1 or shared(best) > 0 else None
