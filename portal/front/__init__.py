"""Pages for everybody: the front page, the language, new links."""

from fastapi import APIRouter

from portal.front import home, language, new_link, receipts

router = APIRouter()
router.include_router(home.router)
router.include_router(language.router)
router.include_router(new_link.router)
router.include_router(receipts.router)
