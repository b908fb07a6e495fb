"""From facts to the letter a person reads. Templates are compiled once a process, and a
letter that many get is rendered once: see `forms`."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import NamedTuple

import orjson
from jinja2 import (
    Environment,
    PackageLoader,
    StrictUndefined,
    Template,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from dondoc.words import Language
from notifications import layout, wording
from notifications.account_news import happened
from notifications.alternative import Alternative, alternative
from notifications.content import Content, Rendered
from notifications.forms import MEANINGS, Form, Meanings, Values, cut, has_blanks, patient
from notifications.labels import labels
from notifications.remembering import Shared, pattern
from notifications.view import view

NAMES = (
    "announcement",
    "changed",
    "extension",
    "taken_over",
    "returned",
    "reminder",
    "due_today",
    "overdue",
    "escalation",
    "review",
    "digest",
    "receipt",
    "received",
    "question",
    "link",
    "sign_in",
    "account",
)
SUBJECT_LENGTH = 160
HTML_LENGTH = 75_000
"""characters; Vietnamese ones take more than a byte, and the letter should stay below 100 kB"""
LINES = (50, 20, 8)
"""lines of a list; fewer where the lines are so long that the letter would grow beyond that"""
FILTERS = (
    wording.day,
    wording.dated,
    wording.due,
    wording.prolonged,
    wording.standing,
    wording.changes,
    wording.lacking,
    wording.review_due,
    wording.count,
    wording.note,
    wording.instead,
    wording.percent,
    wording.size,
    wording.instant,
    wording.lasting,
    happened,
)
SHEETS = 512
"""remembered; each is some ten kB"""
READER, UNIT, LINK = "reader", "unit", "link"


class Templates(NamedTuple):
    subject: Template
    text: Template
    html: Template


@dataclass(frozen=True, eq=False)
class Sheet:
    """A letter with blanks for its readers' own words; `pattern`: what is kept of it, None where
    it is one reader's alone."""

    subject: Form
    text: Form
    html: Form
    pattern: Shared | None = None

    @cached_property
    def body(self) -> Alternative:
        return alternative(self.text, self.html)

    @cached_property
    def title(self) -> str:
        """Empty where it is not the same for everybody."""
        return "" if self.subject.blanks else self.own_title({})

    def own_title(self, own: Values) -> str:
        return layout.clip(self.subject.fill(own), SUBJECT_LENGTH)

    def fill(self, own: Values) -> Rendered:
        return Rendered(self.own_title(own), self.text.fill(own), self.html.fill(own))


def render(content: Content, link: str = "", *, answered: bool = False) -> Rendered:
    """Raises what `sheet` raises."""
    found = sheet(content, link, common(content, link, answered=answered), answered=answered)
    return found.fill(own_words(content, link))


def sheet(content: Content, link: str, shared: Hashable | None, *, answered: bool) -> Sheet:
    """`link` is where the reader goes from here, or nothing; `answered`: it may be answered with
    files; `shared`: what is `common` to those that get it. Raises jinja2.TemplateError where a
    template does not fit the facts."""
    known = _sheets.get(shared)
    if known is not None:
        return known
    if shared is None or has_blanks(orjson.dumps(content).decode()):
        return _sheet(content, link, answered=answered)
    if len(_sheets) >= SHEETS:
        _sheets.clear()
    blank = _with_blanks(content, link, answered=answered)
    made = _sheets[shared] = replace(blank, pattern=pattern(content))
    return made


_sheets: dict[Hashable, Sheet] = {}


def common(content: Content, link: str, *, answered: bool) -> Hashable | None:
    """What the letter shares with those that differ from it only in their reader; None where more
    than that is the reader's own."""
    unit = content.unit_name
    if _says_more(content) or not unit or unit == content.office:
        return None
    return (
        content.name,
        content.language,
        content.today,
        content.office,
        content.level,
        content.lasts,
        content.reader.strip() == "",
        link == "",
        answered,
        *[
            (item.likeness, None if item.unit_name == unit else item.unit_name)
            for item in content.items
        ],
    )


def _says_more(content: Content) -> bool:
    return bool(
        content.pressed
        or content.waiting
        or content.summaries
        or content.receipt
        or content.received
        or content.question
        or content.news
        or content.stands_for
    )


def own_words(content: Content, link: str) -> Values:
    """What stands in the blanks of its sheet."""
    reader, unit = content.reader, content.unit_name
    if not _are_lines(f" {reader} {unit} "):
        reader, unit = " ".join(reader.split()), " ".join(unit.split())
    return {READER: reader, UNIT: unit, LINK: link}


def _are_lines(text: str) -> bool:
    """Words with one blank between them."""
    return "  " not in text and text.isprintable()


def _with_blanks(content: Content, link: str, *, answered: bool) -> Sheet:
    meanings = Meanings()
    unit = meanings.own(UNIT)
    items = [
        item.but({"unit_name": unit}) if item.unit_name == content.unit_name else item
        for item in content.items
    ]
    reader = meanings.own(READER) if content.reader.strip() else ""
    blank = content.but({"reader": reader, "unit_name": unit, "items": tuple(items)})
    return _sheet(blank, meanings.own(LINK) if link else "", meanings, answered=answered)


def _sheet(
    content: Content, link: str, meanings: Meanings | None = None, *, answered: bool = False
) -> Sheet:
    """With fewer lines where they are long."""
    templates = _templates(content.name, content.language)
    for lines in LINES:
        facts = {
            "letter": content,
            "link": link,
            "answered": answered,
            "lang": content.language,
            "t": labels(content.language),
            MEANINGS: meanings,
            **view(content, lines)._asdict(),
        }
        html = layout.tidy_html(templates.html.render(facts))
        if len(html) < HTML_LENGTH:
            break
    return Sheet(
        subject=cut(templates.subject.render(facts), meanings),
        text=cut(layout.tidy(templates.text.render(facts)), meanings),
        html=cut(html, meanings, html=True),
    )


@cache
def _templates(name: str, language: Language) -> Templates:
    environment = _environment()
    return Templates(
        subject=environment.get_template(f"{name}/subject.{language}.txt"),
        text=environment.get_template(f"{name}/body.{language}.txt"),
        html=environment.get_template(f"{name}/body.{language}.html"),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications", "letters"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update({function.__name__: function for function in FILTERS})
    fill = patient(layout.fill, layout.filling)
    environment.filters.update(fill=fill, paragraphs=_each_by(fill), clip=patient(layout.clip))
    return environment


def _each_by(fill: Callable[..., str]) -> Callable[..., str]:
    """A filter for several paragraphs: one without a blank need not wait for those with."""

    @pass_context
    def paragraphs(context: Context, text: str) -> str:
        return layout.paragraphs(text, partial(fill, context))

    return paragraphs
