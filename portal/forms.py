"""What a page's form sends: small, and only from our own pages.

Each form carries a token that follows from a cookie of the browser. It is salted anew for each
page, so that a compressed page gives nothing away about it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from secrets import token_urlsafe
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from dondoc.access.seal import Seal
from dondoc.errors import DondocError
from portal import cookies
from portal.context import portal_of
from portal.limits import ORDINARY

FIELD = "form_token"
HEADER = "X-Form-Token"
MOST_FIELDS = 500
LONGEST_FIELD = ORDINARY
COOKIE_LENGTH = 22


class FormForeign(DondocError):
    """This page was open too long, or was not sent from here. Go back, load it anew and send it
    again."""

    vi = (
        "Trang mở đã quá lâu, hoặc biểu mẫu không gửi từ trang này. "
        "Hãy quay lại, tải lại trang rồi gửi lại."
    )


class Posted:
    """The text fields of a form; what was not sent is empty. No database takes a NUL: only `raw`
    has it."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        return self.raw(name).replace("\0", "")

    def all(self, name: str) -> list[str]:
        return [one.replace("\0", "") for one in self._values.get(name, [])]

    def raw(self, name: str) -> str:
        return (self._values.get(name) or [""])[-1]

    def replaced(self, values: Mapping[str, list[str]]) -> "Posted":
        """With other values of these fields."""
        return Posted({**self._values, **values})

    def names(self) -> list[str]:
        return list(self._values)


NOTHING = Posted({})


async def posted(request: Request) -> Posted:
    """Raises FormForeign; what is too long ends in the 413 or 400 page."""
    async with request.form(
        max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD
    ) as form:
        values = _texts(form)
    refuse_foreign(request, token_in(request, values))
    return Posted(values)


Form = Annotated[Posted, Depends(posted)]


class PostedFile(NamedTuple):
    """A form's one small file, held in memory; empty where none was chosen."""

    file: bytes
    file_name: str


@asynccontextmanager
async def form_files(request: Request, *, most: int) -> AsyncIterator[list[UploadFile]]:
    """The files of a form, while they are open; those that were not chosen are left out. Raises
    FormForeign."""
    async with request.form(max_files=most, max_fields=10, max_part_size=LONGEST_FIELD) as form:
        refuse_foreign(request, token_in(request, _texts(form)))
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
        yield [one for one in files if one.filename]


@asynccontextmanager
async def form_file(request: Request) -> AsyncIterator[UploadFile | None]:
    """The one file of a form, while it is open. Raises FormForeign."""
    async with form_files(request, most=1) as files:
        yield files[0] if files else None


async def posted_file(request: Request) -> PostedFile:
    """Raises FormForeign."""
    async with form_file(request) as file:
        if file is None:
            return PostedFile(b"", "")
        return PostedFile(await file.read(), (file.filename or "")[:200])


FileForm = Annotated[PostedFile, Depends(posted_file)]
"""Within the ordinary limit of a body; larger files go the way of `portal.multipart`."""


def _texts(form: FormData) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return values


def form_cookie(request: Request) -> str:
    """The one this browser has, or the one it is about to get."""
    if not hasattr(request.state, "form_cookie"):
        found = cookies.read(request, cookies.FORM)
        request.state.form_cookie = found if _plausible(found) else token_urlsafe(16)
    value: str = request.state.form_cookie
    return value


def form_token(request: Request) -> str:
    salt = token_urlsafe(6)
    return f"{salt}.{_seal(request).proof('form', salt, form_cookie(request))}"


def token_in(request: Request, fields: Mapping[str, list[str]]) -> str:
    """As the form has it, else as a script sends it."""
    return fields.get(FIELD, [request.headers.get(HEADER, "")])[-1]


def refuse_foreign(request: Request, token: str) -> None:
    """Raises FormForeign."""
    cookie = cookies.read(request, cookies.FORM)
    salt, _, proof = token.partition(".")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormForeign
    if not _plausible(cookie) or not _seal(request).fits(proof, "form", salt, cookie):
        raise FormForeign


def _plausible(cookie: str) -> bool:
    return len(cookie) == COOKIE_LENGTH and cookie.isascii()


def _seal(request: Request) -> Seal:
    return portal_of(request).seal
