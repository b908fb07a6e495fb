"""Passwords and codes are tried a few times only, and wrong ones are in the record."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from dondoc.access.attempts import forget, take
from dondoc.access.signing_in import failed
from dondoc.errors import DondocError
from portal.context import portal_of
from portal.visitors import origin_of


@contextmanager
def counted(request: Request, kind: str, email: str, wrong: type[DondocError]) -> Iterator[None]:
    """`wrong` inside says that it was. Counts before that is known. Raises TooMany."""
    portal, origin, whom = portal_of(request), origin_of(request), email.strip().lower()[:200]
    now = portal.now()
    with portal.database.writing() as session:
        take(session, kind, whom=whom, origin=origin, now=now)
    try:
        yield
    except wrong:
        with portal.database.writing() as session:
            failed(session, kind, email=whom, origin=origin, now=now)
        raise
    with portal.database.writing() as session:
        forget(session, kind, whom)
