"""Pages of a standing office: one module or folder per group of pages."""

from fastapi import APIRouter

from portal.office import today

LARGER: dict[str, int] = {}
"""Paths that take more than an ordinary form, with the bytes they take."""

router = APIRouter()
router.include_router(today.router)
