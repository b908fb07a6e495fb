"""Which obligation and which part of its dossier a file belongs to: where only one takes it, or
where the subject or the file's name points to one alone. Nothing is guessed."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from dondoc.dossier import unfit_offer
from dondoc.plan.model import Component

T = TypeVar("T")
_REPLY = re.compile(
    r"^\s*((re|fw|fwd|tl|aw|sv|trả lời|chuyển tiếp)(\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_OTHER = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, kw_only=True)
class Open:
    """An obligation that files may still come for: what it is called, and the parts of its dossier
    by code."""

    id: int
    names: tuple[str, ...]
    parts: Mapping[str, Component]


class Place(NamedTuple):
    """None where it is not clear."""

    obligation: Open | None
    component: Component | None


def hint(subject: str, of_letter: str) -> str:
    """What the sender added to the subject of the letter, which names the letter's own items."""
    own, letter = folded(_REPLY.sub("", subject)), folded(of_letter)
    if letter and letter in own:
        return own.replace(letter, " ", 1).strip()
    return "" if own in letter else own


def place(name: str, size: int, hint: str, among: list[Open]) -> Place:
    """`hint` is folded."""
    stem = folded(name.rpartition(".")[0] or name)
    found = among[0] if len(among) == 1 else None
    for text in (stem, hint):
        found = found or _pointed_to(text, among, _called)
    if found is None:
        return Place(None, None)
    fitting = [part for part in found.parts.values() if not any(unfit_offer(part, name, size))]
    if not fitting and len(found.parts) == 1:
        return Place(found, next(iter(found.parts.values())))
    one = fitting[0] if len(fitting) == 1 else None
    for text in (stem, hint):
        one = one or _pointed_to(text, fitting, lambda part: (part.code, part.name))
    return Place(found, one)


def _called(one: Open) -> Iterable[str]:
    parts = (name for part in one.parts.values() for name in (part.code, part.name))
    return (*one.names, *parts)


def _pointed_to(text: str, among: list[T], names: Callable[[T], Iterable[str]]) -> T | None:
    """The only one of which a name stands in the text, word by word."""
    meant = [
        one
        for one in among
        if any(f" {key} " in f" {text} " for key in map(folded, names(one)) if key)
    ]
    return meant[0] if len(meant) == 1 else None


def folded(text: str) -> str:
    """Small letters without marks, and figures; one blank between words."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _OTHER.sub(" ", letters).strip()
