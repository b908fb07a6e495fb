"""Names and codes for what was read, as an official would write them."""

from __future__ import annotations

import re

from documents.reading.folding import fold
from documents.reading.roles import ORG

_LONGEST_NAME = 110
_LONGEST_CODE = 40
_EMPTY = frozenset("cua va cac ve cho tai theo nhung".split())
_SENDS = r"(?:gửi|gởi|nộp|chuyển|trình|báo cáo|tổng hợp)"
_TAILS = (
    re.compile(rf"[\s,;:–-]*(?:{_SENDS}|hoàn thành|thực hiện|xong|trong đó|cụ thể|thời gian|thời hạn|hạn nộp|và|để|là)\s*$", re.I),
    re.compile(r"\s*\((?:trước|chậm nhất|hạn|trong|từ|đến|ngày|vào|mẫu)?[^()]*$", re.I),
    re.compile(r"[\s.,;:–|-]+$"),
)  # fmt: skip
_TO = re.compile(
    r"(?i),?\s(?:(?:gửi\s|gởi\s|nộp\s|trình\s)?(?:về|cho|đến|tới|lên|qua)|(?<=,\s)(?:gửi|trình|báo cáo))\s(?=(?P<who>.+)$)"
)


def line(text: str) -> str:
    """On one line, without what a plan file cannot hold."""
    return " ".join(text.replace("\x00", "").split())[:990]


def title(what: str, recipient: str | None = None) -> str:
    """What is due, without who sends it, where to, and the words before the date."""
    said = _without_sender(line(what))
    to = _TO.search(said)
    sends = to is not None and re.search(_SENDS, said[: to.start()], re.I)
    if to is not None and (_names(to["who"], recipient) or (sends and ORG.match(fold(to["who"])))):
        kept = said[: to.start()]
        said = kept if len(kept.split()) >= 2 else said
    for _ in range(3):
        for tail in _TAILS:
            cut = tail.sub("", said)
            said = cut if len(cut) >= 3 else said
    said = _balanced(_shortened(said))
    return said[:1].upper() + said[1:] if said else "?"


def _without_sender(said: str) -> str:
    """ "Hồ sơ …: các đơn vị gửi về …" is the dossier; who sends it is said elsewhere."""
    label, mark, rest = said.partition(": ")
    sends = re.match(_SENDS, rest, re.I) or ORG.match(fold(rest))
    return label if mark and sends and len(label.split()) >= 2 else said


def _names(said: str, recipient: str | None) -> bool:
    return bool(recipient) and fold(said).startswith(fold(recipient or "")[:20])


def _shortened(said: str) -> str:
    if len(said) <= _LONGEST_NAME:
        return said
    head = re.split(r"[;]|,\s(?=\S)|\s–\s", said[:_LONGEST_NAME])
    kept = said[: max(_LONGEST_NAME - len(head[-1]), 0)].rstrip(" ,;–") if len(head) > 1 else ""
    return kept if len(kept) >= 40 else said[:_LONGEST_NAME].rsplit(" ", 1)[0] + " …"


def _balanced(said: str) -> str:
    """Without a bracket or quotation mark that is never closed, or never opened."""
    for opened, closed in (("(", ")"), ("“", "”"), ('"', '"')):
        odd = said.count('"') % 2 if opened == closed else said.count(opened) != said.count(closed)
        if odd:
            said = said.replace(opened, "").replace(closed, "")
    return said.strip()


def slug(text: str, *, longest: int = _LONGEST_CODE) -> str:
    """Small letters, digits and hyphens, whole words."""
    made = ""
    for word in re.findall(r"[a-z0-9]+", fold(text)):
        if made and len(made) + len(word) + 1 > longest:
            break
        made += f"-{word}" if made else word[:longest]
    return made


def code(name: str, used: set[str], *, fallback: str) -> str:
    """Of the words that carry the meaning; numbered where it is taken."""
    words = [word for word in re.findall(r"[a-z0-9]+", fold(name)) if word not in _EMPTY]
    base = slug(" ".join(words)) or fallback
    made, n = base, 2
    while made in used:
        made, n = f"{base}-{n}", n + 1
    used.add(made)
    return made
