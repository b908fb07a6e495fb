"""Vietnamese first; English for whoever switched to it."""

from fastapi import Request

from dondoc.words import Language
from portal import cookies
from portal.context import portal_of


def language_of(request: Request) -> Language:
    """What the browser chose, else the visitor's own, else the installation's."""
    chosen = cookies.read(request, cookies.LANGUAGE)
    if chosen in list(Language):
        return Language(chosen)
    visitor = getattr(request.state, "visitor", None)
    if visitor is not None:
        language: Language = visitor.language
        return language
    return portal_of(request).settings.language
