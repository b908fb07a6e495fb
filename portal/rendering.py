"""Pages from templates; everything in them is escaped."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dondoc.dossier import ANYTHING
from dondoc.plan.timeline import as_printed
from dondoc.words import Language, Words
from notifications import wording
from notifications.labels import labels
from portal import cookies, filters
from portal.context import portal_of
from portal.filters import field_hint, limits
from portal.forms import FIELD, form_cookie, form_token
from portal.language import language_of

TOKEN = Markup('<input type="hidden" name="{}" value="{}">')
STATIC = Path(__file__).parent / "static"
FILTERS = (
    as_printed,
    wording.day,
    wording.dated,
    wording.due,
    wording.standing,
    wording.count,
    wording.percent,
    wording.size,
    wording.note,
    wording.instant,
    wording.weekday,
    filters.local,
    filters.brief_day,
    filters.counted,
    filters.figure,
    filters.moment,
    filters.period,
    filters.step,
    filters.iso_day,
)


def page(request: Request, template: str, code: int = 200, /, **facts: Any) -> HTMLResponse:
    """`template` below portal/pages. Every template knows `lang`, `t(vi, en)`, `say(words)`,
    `token()` (a form's hidden field), `visitor`, `official`, `path`, what was `tried` in vain,
    and the filters of the letters' wording."""
    language = language_of(request)
    body = (
        _environment()
        .get_template(template)
        .render(**{"tried": None} | facts, **_frame(request, language))
    )
    response = HTMLResponse(body, status_code=code, headers={"Cache-Control": "no-store"})
    if cookies.read(request, cookies.FORM) != form_cookie(request):
        cookies.keep(request, response, cookies.FORM, form_cookie(request))
    return response


def _frame(request: Request, language: Language) -> dict[str, Any]:
    def t(vi: str, en: str) -> str:
        return vi if language is Language.VI else en

    def say(words: Words, **facts: object) -> str:
        return words.text(language, **facts)

    return {
        "lang": language,
        "t": t,
        "say": say,
        "labels": labels(language),
        "form_token": form_token(request),
        "token": lambda: TOKEN.format(FIELD, form_token(request)),
        "visitor": getattr(request.state, "visitor", None),
        "official": getattr(request.state, "official", None),
        "path": request.url.path,
        "zone": portal_of(request).settings.zone,
        "prefect": portal_of(request).settings.prefect_address != "",
        "swapping": request.headers.get("hx-request") == "true",
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("portal", "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update({function.__name__: function for function in FILTERS})
    named = {"static": static, "limits": limits, "field_hint": field_hint, "anything": ANYTHING}
    environment.globals |= named
    return environment


def compile_templates() -> None:
    """All of them, else each at the first look at its page."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


@cache
def static(name: str) -> str:
    """A file's address changes with what is in it, so browsers may keep it for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
