"""Doors in the door: a unit's link, an official's sign-in."""

from fastapi import APIRouter

from portal.entrance import codes, links, sign_in, sign_in_links

router = APIRouter()
for part in (links, sign_in, codes, sign_in_links):
    router.include_router(part.router)
