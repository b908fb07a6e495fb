"""Units, groups and the people in their seats."""

from fastapi import APIRouter

from portal.office.units import importing, people, reorganising, tree, unit

LARGER: dict[str, int] = importing.LARGER

router = APIRouter()
for part in (tree, unit, people, importing, reorganising):
    router.include_router(part.router)
