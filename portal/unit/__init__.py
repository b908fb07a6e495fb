"""Pages of a unit, opened by the link in its letter."""

from fastapi import APIRouter

from portal.unit import listing

LARGER: dict[str, int] = {}
"""Paths that take more than an ordinary form, with the bytes they take."""

router = APIRouter()
router.include_router(listing.router)
