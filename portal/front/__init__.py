"""Pages for everybody: the front page, the language, new links."""

from fastapi import APIRouter

from portal.front import home, language

router = APIRouter()
router.include_router(home.router)
router.include_router(language.router)
