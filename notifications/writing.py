"""From a letter's facts to the message that leaves."""

from collections.abc import Callable
from datetime import datetime

from dondoc.settings import Settings
from notifications.content import Content
from notifications.links import Linker
from notifications.parcel import Claimed
from notifications.stencil import Packet, Sign, stencil

Write = Callable[[Claimed, Content, datetime, Settings], Packet]


def writer(linker: Linker, sign: Sign | None = None) -> Write:
    """Of letters that say where to go from there."""

    def write_linked(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        link, path = linker.link(letter, content), linker.reply_path(letter, content)
        return write(letter, content, now, settings, link=link, path=path, sign=sign)

    return write_linked


def write(
    letter: Claimed,
    content: Content,
    now: datetime,
    settings: Settings,
    *,
    link: str = "",
    path: str = "",
    sign: Sign | None = None,
) -> Packet:
    """The whole message; `path` is where answers with files go to, or nothing. Raises
    jinja2.TemplateError or HeaderRefused."""
    answered, urgent = path != "", letter.urgent
    chosen = stencil(content, link, answered=answered, at=now, urgent=urgent, settings=settings)
    return chosen.fill(letter, content, link=link, path=path, sign=sign)
