"""A plan on its way: from a document to what is launched."""

from fastapi import APIRouter

from portal.office.launching import (
    beside,
    drafts,
    header,
    launching,
    milestones,
    preview,
    text,
    undated,
)

LARGER: dict[str, int] = drafts.LARGER

router = APIRouter()
for part in (drafts, beside, header, milestones, undated, text, preview, launching):
    router.include_router(part.router)
