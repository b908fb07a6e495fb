"""Pages of a standing office: one module or folder per group of pages."""

from fastapi import APIRouter

from portal.office import (
    accounts,
    ahead,
    choosing,
    deciding,
    escalations,
    files,
    holding,
    launching,
    obligation,
    outbox,
    own_account,
    plan,
    replies,
    reports,
    runs,
    second_factor,
    today,
    units,
    why,
)

LARGER: dict[str, int] = launching.LARGER | units.LARGER
"""Paths that take more than an ordinary form, with the bytes they take."""

PARTS = (
    today,
    plan,
    obligation,
    deciding,
    files,
    outbox,
    ahead,
    holding,
    why,
    escalations,
    replies,
    reports,
    runs,
    second_factor,
    launching,
    units,
    choosing,
    accounts,
    own_account,
)

router = APIRouter()
for part in PARTS:
    router.include_router(part.router)
