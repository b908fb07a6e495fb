"""Pages of a unit, opened by the link in its letter."""

from fastapi import APIRouter

from portal.unit import (
    acting,
    contacts,
    files,
    listing,
    obligation,
    replies,
    saving,
    uploads,
    versions,
)

LARGER: dict[str, int] = saving.LARGER | uploads.LARGER
"""Paths that take more than an ordinary form, with the bytes they take."""

router = APIRouter()
for part in (listing, obligation, saving, uploads, files, versions, acting, contacts, replies):
    router.include_router(part.router)
