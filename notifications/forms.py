"""A letter that many people get is rendered once, with blanks where their names go, and filled in
for each of them.

A blank is one character of Unicode's private use. What depends on a blank's length, such as where
a line breaks, is worked out when the blank is filled.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape

FIRST, LAST = 0xE000, 0xF8FF
MEANINGS = "meanings"
"""the template variable that holds what the blanks mean; None: nothing may be left blank"""
REMEMBERED = 4096
"""filtered texts: most units of a plan are told the same"""

_BLANK = re.compile(f"([{chr(FIRST)}-{chr(LAST)}])")

Values = Mapping[str, str]
"""A person's own words by blank: one line each, without blanks at the ends, never empty."""

Meaning = Callable[[Values], str]

Prepare = Callable[..., Callable[[str], str]]
"""From the words behind the last blank to a function of the whole text."""


class Meanings(dict[str, Meaning]):
    """What each blank of a form stands for."""

    def add(self, meaning: Meaning) -> str:
        """The blank for it."""
        blank = chr(FIRST + len(self))
        self[blank] = meaning
        return blank

    def own(self, word: str) -> str:
        return self.add(Word(word))

    def later(self, function: Callable[..., str], text: str, *args: Any) -> str:
        """A blank for `function(text, …)`, as `text` has blanks itself."""
        form = cut(text, self)
        return self.add(lambda values: function(form.fill(values), *args))

    def prepared(self, prepare: Prepare, text: str, *args: Any) -> str:
        """As `later`, of one line, by a function that has seen the last words before."""
        form = cut(" ".join(text.split()), self)
        function, filled = prepare(form.words[-1], *args), filler(form)
        return self.add(lambda values: function(filled(values)))


@dataclass(frozen=True, eq=False)
class Word:
    """One of a person's own words, as a blank means it."""

    name: str

    def __call__(self, values: Values) -> str:
        return values[self.name]


class Form(NamedTuple):
    """Words and blanks in turn, words first."""

    words: tuple[str, ...]
    blanks: tuple[Meaning, ...]

    def fill(self, values: Values) -> str:
        return filler(self)(values)


def filler(form: Form) -> Meaning:
    """`form.fill`, prepared for many letters."""
    empty = [part for words in form.words for part in (words, "")][:-1]
    asked = _asking(form.blanks)

    def filled(values: Values) -> str:
        parts = empty.copy()
        parts[1::2] = asked(values)
        return "".join(parts)

    return filled


def _asking(blanks: Sequence[Meaning]) -> Callable[[Values], Sequence[str]]:
    names = [blank.name for blank in blanks if isinstance(blank, Word)]
    if not names or len(names) < len(blanks):
        return lambda values: [blank(values) for blank in blanks]
    if len(names) > 1:
        return itemgetter(*names)
    (name,) = names
    return lambda values: (values[name],)


def cut(text: str, meanings: Meanings | None, *, html: bool = False) -> Form:
    """Without meanings there are no blanks."""
    if meanings is None:
        return Form((text,), ())
    parts = _BLANK.split(text)
    found = {blank: meanings[blank] for blank in parts[1::2]}
    if html:
        found = {blank: _escaped(meaning) for blank, meaning in found.items()}
    return Form(tuple(parts[::2]), tuple(found[blank] for blank in parts[1::2]))


def _escaped(meaning: Meaning) -> Meaning:
    def escaped(values: Values) -> str:
        text = meaning(values)
        marked = "&" in text or "<" in text or ">" in text or "'" in text or '"' in text
        return str(escape(text)) if marked else text

    return escaped


def has_blanks(text: str) -> bool:
    return _BLANK.search(text) is not None


def patient(function: Callable[..., str], prepare: Prepare | None = None) -> Callable[..., str]:
    """The template filter that waits until the blanks in its text are filled; `prepare` makes what
    is quicker than `function` then."""
    at_once = lru_cache(REMEMBERED)(function)

    @pass_context
    def filtered(context: Context, text: str, *args: Any) -> str:
        meanings: Meanings | None = context[MEANINGS]
        if meanings is None or not has_blanks(text):
            return at_once(text, *args)
        if prepare is not None:
            return meanings.prepared(prepare, text, *args)
        return meanings.later(function, text, *args)

    return filtered
