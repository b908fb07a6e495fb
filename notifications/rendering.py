"""From facts to the letter a person reads. Templates are compiled once a process."""

from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from dondoc.words import Language
from notifications import layout, wording
from notifications.content import Content, Rendered
from notifications.labels import labels
from notifications.view import view

NAMES = (
    "announcement",
    "reminder",
    "due_today",
    "overdue",
    "escalation",
    "review",
    "digest",
    "receipt",
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
    wording.standing,
    wording.count,
    wording.note,
    wording.percent,
    wording.size,
    wording.instant,
    layout.fill,
    layout.paragraphs,
    layout.clip,
)


class Templates(NamedTuple):
    subject: Template
    text: Template
    html: Template


def render(content: Content) -> Rendered:
    """Raises jinja2.TemplateError where a template does not fit the facts."""
    templates = _templates(content.name, content.language)
    for lines in LINES:
        rendered = _rendered(templates, content, lines)
        if len(rendered.html) < HTML_LENGTH:
            break
    return rendered


def _rendered(templates: Templates, content: Content, lines: int) -> Rendered:
    facts = {
        "letter": content,
        "lang": content.language,
        "t": labels(content.language),
        **view(content, lines)._asdict(),
    }
    return Rendered(
        subject=layout.clip(templates.subject.render(facts), SUBJECT_LENGTH),
        text=layout.tidy(templates.text.render(facts)),
        html=layout.tidy_html(templates.html.render(facts)),
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
    return environment
