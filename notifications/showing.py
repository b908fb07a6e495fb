"""A letter as its recipient reads it, shown to somebody else: the links in it open nothing."""

from datetime import datetime

from jinja2 import TemplateError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.tables import Letter, LetterState
from notifications.composing import composer
from notifications.content import Content, Rendered, content_from
from notifications.links import TO_THE_OFFICE, Linker
from notifications.parcel import Claimed
from notifications.post import Hours
from notifications.rendering import render

MASK = "xxxxxxxx"
"""stands where the secret part of a link stood"""


class NothingToShow(DondocError):
    """This letter says nothing: what it was for was over before it left."""

    vi = "Thư này không còn gì để nói: việc đã xong trước khi thư đi."


class NotReadable(DondocError):
    """This letter was kept in a form that can no longer be shown."""

    vi = "Thư này được lưu theo mẫu cũ, nay không hiển thị được."


def shown(
    session: Session, letter: Letter, *, linker: Linker, hours: Hours, now: datetime
) -> Rendered:
    """As it was read; one that has not left, as it would be written at `now`: composing it gives
    verdicts, which the caller rolls back. Raises NothingToShow, NotReadable."""
    claimed = claimed_of(letter)
    if letter.facts is not None:
        content: Content | None = _kept(letter)
    elif letter.state is LetterState.DROPPED:
        content = None
    else:
        content = composer(hours)(session, [claimed], now).contents[letter.id]
    if content is None:
        raise NothingToShow
    return as_read(claimed, content, linker)


def as_read(letter: Claimed, content: Content, linker: Linker) -> Rendered:
    """Raises NotReadable."""
    try:
        link, answered = linker.link(letter, content), bool(linker.reply_path(letter, content))
        return render(content, masked(link, content), answered=answered)
    except TemplateError as error:
        raise NotReadable from error


def masked(link: str, content: Content) -> str:
    """Without what opens anything."""
    if not link or content.name in TO_THE_OFFICE:
        return link
    return f"{link.rpartition('/')[0]}/{MASK}"


def claimed_of(letter: Letter) -> Claimed:
    return Claimed(*(getattr(letter, name) for name in Claimed._fields))


def _kept(letter: Letter) -> Content:
    try:
        return content_from(letter.facts or {})
    except ValidationError as error:
        raise NotReadable from error
