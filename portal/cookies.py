"""Cookies that scripts cannot read, and that other sites' forms do not send."""

from fastapi import Request, Response

from portal.context import portal_of

VISIT, OFFICE, HALFWAY, FORM = "visit", "office", "halfway", "form"
LANGUAGE = "language"


def _name(request: Request, name: str) -> str:
    """By HTTPS with the prefix that ties a cookie to this host alone."""
    return f"__Host-dondoc-{name}" if portal_of(request).secure else f"dondoc-{name}"


def read(request: Request, name: str) -> str:
    return request.cookies.get(_name(request, name), "")


def keep(
    request: Request, response: Response, name: str, value: str, *, seconds: int | None = None
) -> None:
    """Until the browser closes, or for `seconds`."""
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=portal_of(request).secure,
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        _name(request, name),
        path="/",
        secure=portal_of(request).secure,
        httponly=True,
        samesite="lax",
    )
