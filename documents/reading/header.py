"""The head and foot of an official paper: number, date, issuer, title, signatory, recipients."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from documents.reading.damage import written
from documents.reading.folding import Folded, fold
from documents.reading.foot import recipients_listed, signatory
from documents.reading.issuer import issuer_above, issuer_attached, issuer_in_body, standing_office
from documents.reading.outline import Block
from documents.reading.roles import ORG
from documents.reading.types import TYPES

_TYPE = re.compile(
    rf"^[\W_]*(?P<type>{'|'.join(sorted(TYPES, key=len, reverse=True))})[\W_]*(?P<rest>.*)$", re.S
)
_NUMBER = re.compile(
    r"(?<!\w)(?:so|s[06ode](?=\s?[:.])|8[6o](?=:)) ?[:.]? ?(?:(?P<n>\d{1,5}[a-z]?) ?/ ?(?P<s>(?:\d{4} ?/ ?)?[a-z]{1,8}\d?(?: ?[-/.&] ?[a-z0-9.&]+)*)|(?P<n2>\d{1,5}) ?- ?(?P<s2>[a-z]{2,6} ?/ ?[a-z.]+))(?!\w)"
)
_DATE = re.compile(
    r"(?:(?P<place>[a-z][a-z0-9 .|-]{1,60}), ?)?ngay ?(?P<d>\d{1,2}) ?(?:thang|/) ?(?P<m>\d{1,2}) ?(?:nam|/) ?(?P<y>\d{4})"
)
_MOTTO = re.compile(
    r"cong hoa xa h\w{1,2} chu nghia viet nam|d[o0]c lap ?- ?t\w{1,2} do ?- ?hanh ph\w{1,4}|dang cong san viet nam"
)
_BODY = re.compile(
    r"(?:can cu|thuc hien|trien khai|kinh gui|theo|nham|xet|tiep tuc|de|phat huy|trong thoi gian|[-+] |[ivx]+\. |\d+\. |dieu \d|phan (?:thu |[ivx\d])|chuong |muc |tren co so|nay,|ngay|duoc su|hoi dong .{5,50} (?:thong bao|huong dan)|"
    r"(?:uy ban|ban(?! hanh)|so|phong|hoi dong|ubnd|bo|van phong|truong|cong doan|lien doan|tinh|thuong truc)[^:]{3,80} (?:ban hanh|xay dung|thong bao|huong dan|de nghi|yeu cau|to chuc|phat dong|quy dinh|trien khai|nhan duoc))"
)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What is not said is None; `years` are the first and last year the plan speaks of."""

    type: str | None = None
    number: str | None = None
    issued: date | None = None
    place: str | None = None
    issuer: str | None = None
    title: str | None = None
    period: str | None = None
    years: tuple[int, int] | None = None
    signatory: str | None = None
    recipients: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    standing_office: str | None = None
    ends: int = 0


def read_header(blocks: tuple[Block, ...], *, damaged: bool) -> Header:
    """`ends` is the index of the first block of the body."""
    head = _before_tables(blocks[:30])
    kind, rest, at = _type(head)
    number, number_at = _number(head[: at + 6])
    issued, place, date_at = _issued(head[: max(at, 12) + 3])
    if kind in {"phụ lục", None} and number is None:
        number, attached = _attached(head)
        issued = attached or issued
    title, ends = _title(head, at, rest, damaged=damaged)
    if kind is None:
        title, ends = _about(head) or (title, max(number_at, date_at, 0))
        kind = "công văn" if title else None
    top = at if at < len(head) else max(number_at, date_at) + 1
    issuer = (
        issuer_above(head[:top], damaged=damaged)
        or issuer_attached(head)
        or issuer_in_body(blocks, ends, damaged=damaged)
    )
    if title is None:
        title, ends = _proclaimed(head, ends)
    period, years = _period(title or "")
    return Header(
        type=kind, number=number, issued=issued, place=place, issuer=issuer, title=title,
        period=period, years=years, signatory=signatory(blocks, ends), recipients=recipients_listed(blocks), addressees=_addressees(head),
        cited=_cited(blocks), standing_office=standing_office(blocks, damaged=damaged), ends=ends,
    )  # fmt: skip


_ADDRESSED = re.compile(r"\W*kinh g\w{1,4}\s?:\s*")


def _addressees(head: tuple[Block, ...]) -> tuple[str, ...]:
    """Whom a letter is sent to, in its words: "Kính gửi:" and the items below it."""
    for place, block in enumerate(head):
        found = _ADDRESSED.match(block.text)
        if found is None:
            continue
        rest = block.shown(found.end(), len(block.text)) if found.end() < len(block.text) else ""
        below = [one for one in head[place + 1 :] if block in one.parents and one.kind == "dash"]
        said = [rest, *(one.shown(1, len(one.text)) for one in below)]
        return tuple(words for one in said if (words := one.strip(" ;.,-–")))
    return ()


def _before_tables(head: tuple[Block, ...]) -> tuple[Block, ...]:
    """Up to the first table with named columns; the head's own two columns have none."""
    first = next((block.index for block in head if block.columns), len(head))
    return head[:first]


_ATTACHED = re.compile(
    r"kem theo (?:ke hoach|quyet dinh|cong van|thong bao|huong dan|quy che|thong tu|van ban|ke hoach phoi hop|chuong trinh|to trinh|quy dinh|ke hoach lien tich) (?:so ?:? ?)?(?P<n>\d[\w./-]*(?: ?[/-] ?[\w-]+)*)[ ,]*ngay (?P<d>\d{1,2}) ?(?:thang|/) ?(?P<m>\d{1,2}) ?(?:nam|/) ?(?P<y>\d{4})"
)


def _attached(head: tuple[Block, ...]) -> tuple[str | None, date | None]:
    """An appendix that came alone bears its paper's number and date in brackets."""
    for block in head[:8]:
        found = _ATTACHED.search(block.text)
        if found is not None:
            number = re.sub(r"\s+", "", block.words.source(*found.span("n")))
            try:
                return number, date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return number, None
    return None, None


def _type(head: tuple[Block, ...]) -> tuple[str | None, tuple[int, int] | None, int]:
    for block in head[:22]:
        text = _strip_motto(block.text)
        found = _TYPE.match(text)
        if found is None or block.kind == "row":
            continue
        said = block.words.source(text.find(found["type"]), text.find(found["type"]) + len(found["type"])) if text == block.text else found["type"].upper()  # fmt: skip
        rest = found["rest"].strip()
        if (
            found["type"] == "phu luc"
            and block.index <= 2
            and re.fullmatch(r"(?:so )?[ivxl\d]*[a-z]?\W*", rest)
        ):
            return "phụ lục", None, block.index
        if said.isupper() and (not rest or len(rest) > 8):
            span = (len(block.text) - len(rest), len(block.text)) if rest else None
            return written(fold(said)) if said.isascii() else said.lower(), span, block.index
    return None, None, len(head)


def _strip_motto(text: str) -> str:
    return " ".join(_MOTTO.sub(" ", text).split())


def _number(head: tuple[Block, ...]) -> tuple[str | None, int]:
    for block in head:
        for found in _NUMBER.finditer(block.text):
            before = _strip_motto(block.text[: found.start()])
            if len(before) > 60 or re.search(r"(?:can cu|thuc hien|ke hoach|quyet dinh|nghi dinh|theo|cong van|chi thi)", before):  # fmt: skip
                continue
            if re.match(r"^,? ?ngay .*(?:cua|ve)", block.text[found.end() :]):
                continue
            raw = block.words.source(
                found.start("n") if found["n"] else found.start("n2"), found.end()
            )
            return re.sub(r"\s+", "", raw.replace("*", "")).rstrip("."), block.index
    return None, -1


def _issued(head: tuple[Block, ...]) -> tuple[date | None, str | None, int]:
    for block in head:
        found = _DATE.search(block.text)
        if found is None or not _stands_as_date(block, found):
            continue
        try:
            issued = date(int(found["y"]), int(found["m"]), int(found["d"]))
        except ValueError:
            continue
        place = _place(block.words.source(*found.span("place"))) if found["place"] else None
        return issued, place, block.index
    return None, None, -1


_BESIDE = re.compile(
    r"^(?:.{0,80}(?<!\w)(?:so|s[06ode]|8[6o]) ?[:.]? ?\d[^ ]*(?: ?/ ?[a-z][^ ]*)?)?[\s|*_./-]*$"
)


def _stands_as_date(block: Block, found: re.Match[str]) -> bool:
    """Beside it stand at most the number, the motto and the subject; a sentence does not."""
    text = block.text
    after = _strip_motto(text[found.end() :]).strip(" |*_.-")
    if after and not after.startswith(("v/v", "ve viec", "so:")):
        return False
    before = _strip_motto(text[: found.start()])
    place = found["place"] or ""
    sentence = re.search(
        r"(?<!\w)(?:truoc|cham nhat|den|tu|gui|nop|vao|het|trong|theo)(?!\w)", place
    )
    named = bool(place) and _is_name(block.words.source(*found.span("place")))
    return (sentence is None or named) and bool(_BESIDE.match(before)) and len(before) < 120


def _is_name(raw: str) -> bool:
    """ "Ba Đến" is a place although *đến* is a word before a date."""
    words = raw.split()
    return len(words) <= 4 and all(word[:1].isupper() for word in words)


def _place(raw: str) -> str:
    """The words after the last number or motto: "Số: 12/KH-UBND Bình Chánh" is Bình Chánh."""
    words = raw.replace("*", "").split()
    symbols = [
        i
        for i, w in enumerate(words)
        if any(c.isdigit() for c in w) or "/" in w or (w.isupper() and len(w) > 3)
    ]
    return " ".join(words[symbols[-1] + 1 :] if symbols else words).strip(" -–_|")


_LONGEST_TITLE = 600


def _title(
    head: tuple[Block, ...], at: int, rest: tuple[int, int] | None, *, damaged: bool
) -> tuple[str | None, int]:
    parts: list[str] = []
    if rest is not None:
        parts.append(_said(head[at].words, rest, damaged=damaged))
    ends = at + 1
    for block in head[at + 1 : at + 6]:
        too_much = sum(map(len, parts)) > 400 or len(block.text) > 420
        if block.kind or (_BODY.match(block.text) and (parts or not re.match(r"(?:trien khai|thuc hien|tiep tuc|phat huy)", block.text))) or too_much:  # fmt: skip
            break
        dated = _DATE.match(block.text)
        if (dated and len(block.text) - dated.end() < 6) or block.text.startswith(("so:", "so ")):
            ends = block.index + 1
            continue
        if not re.search(r"\w", block.text):
            ends = block.index + 1
            continue
        if parts and block.text.endswith((";", ":", ".")) and not block.text.startswith("("):
            break
        ends = block.index + 1
        if not block.text.startswith("("):
            parts.append(_said(block.words, (0, len(block.text)), damaged=damaged))
    title = " ".join(parts).strip(" *_-–")[:_LONGEST_TITLE]
    return title or None, ends


def _said(words: Folded, span: tuple[int, int], *, damaged: bool) -> str:
    if damaged:
        said = written(words.text[span[0] : span[1]])
        return said[:1].upper() + said[1:]
    return words.source(*span)


_ABOUT = re.compile(r"v/v:? ?(?P<what>.+)|ve viec (?P<what2>.+)")


def _about(head: tuple[Block, ...]) -> tuple[str, int] | None:
    for block in head[:14]:
        found = _ABOUT.search(block.text)
        if found is not None and found.start() < 60:
            group = "what" if found["what"] else "what2"
            end = found.end(group)
            dated = _DATE.search(block.text, found.start())
            if dated is not None:
                end = dated.start()
            raw = block.words.source(found.start(group), end).strip(" .")
            following = head[block.index + 1] if block.index + 1 < len(head) else None
            return raw, (following.index if following else block.index + 1)
    return None


_SPAN = re.compile(r"(?P<a>(?:19|20)\d\d) ?(?:-|den|den nam) ?(?P<b>(?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!thang \d )(?<!thang \d\d )(?<!hoc )nam (?P<a>(?:19|20)\d\d)(?! ?[-/])")


def _proclaimed(head: tuple[Block, ...], ends: int) -> tuple[str | None, int]:
    """Headings in capitals at the top of a paper without a type: a table or list that came alone."""
    said: list[str] = []
    for block in head[:8]:
        for raw in block.words.raw.splitlines():
            text = _strip_motto(fold(raw)).strip(" -_*.")
            loud = raw.upper() == raw and len(text) > 7
            if not loud or ORG.match(text) or block.kind not in {"", "part"}:
                continue
            said.append(" ".join(raw.split()).strip(" *_-–"))
            ends = max(ends, block.index + 1)
    return (" ".join(said) or _headline(head)), ends


def _headline(head: tuple[Block, ...]) -> str | None:
    """A web page's: the first short line that begins with a paper's type and is no sentence."""
    for block in head[:8]:
        short = 20 < len(block.text) < 220 and not block.text.endswith((".", ":", ";"))
        if short and not block.kind and block.text.startswith(TYPES):
            return block.words.source(0, len(block.text))
    return None


def _period(title: str) -> tuple[str | None, tuple[int, int] | None]:
    text = fold(title)
    text = re.sub(r"ngay \d{1,2} thang \d{1,2} nam \d{4}", " ", text)
    span = _SPAN.search(text)
    if span is not None:
        first, last = int(span["a"]), int(span["b"])
        if first <= last:
            school = "năm học " if "nam hoc" in text else ""
            return f"{school}{first} - {last}", (first, last)
    year = _YEAR.search(text)
    if year is not None:
        return f"năm {year['a']}", (int(year["a"]), int(year["a"]))
    return None, None


_CITED = re.compile(
    r"(?:ke hoach|quyet dinh|chi thi|huong dan|cong van|thong tu|nghi dinh|nghi quyet|ket luan|chuong trinh) (?:lien tich )?(?:so ?:? ?)?(?P<n>\d[\w./-]*/[\w./ -]*?|\d+ ?- ?[a-z]+/[a-z]+)(?= ngay|,| cua|;|\.|$| ve)"
)


def _cited(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """The numbers of the papers this one is based on, in order of appearance."""
    found: dict[str, None] = {}
    for block in blocks[:40]:
        if re.match(r"\W*(?:can cu|thuc hien|theo|trien khai|tiep tuc thuc hien)", block.text):
            for cited in _CITED.finditer(block.text):
                found.setdefault(re.sub(r"\s+", "", block.words.source(*cited.span("n"))))
    return tuple(found)
