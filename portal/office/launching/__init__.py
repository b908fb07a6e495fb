"""A plan on its way: from a document to what is launched."""

from fastapi import APIRouter

from portal.office.launching import (
    beside,
    drafts,
    header,
    launching,
    milestones,
    preview,
    templates,
    text,
    undated,
)

LARGER: dict[str, int] = drafts.LARGER | templates.LARGER

router = APIRouter()
for part in (drafts, beside, header, milestones, undated, text, preview, templates, launching):
    router.include_router(part.router)
