"""Pages of a standing office: one module or folder per group of pages."""

from fastapi import APIRouter

from portal.office import deciding, files, obligation, plan, today

LARGER: dict[str, int] = {}
"""Paths that take more than an ordinary form, with the bytes they take."""

router = APIRouter()
for part in (today, plan, obligation, deciding, files):
    router.include_router(part.router)
