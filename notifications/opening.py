"""The post as the settings want it: which transport, which links, signed or not, how many send."""

import os
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from dondoc.access.seal import seal_of
from dondoc.database import Database
from dondoc.settings import Mail, Settings
from dondoc.signing import open_signer
from notifications import crew
from notifications.content import Content
from notifications.dkim import keys, signatures
from notifications.domains import open_paces
from notifications.links import linker
from notifications.pacing import paced
from notifications.parcel import Claimed
from notifications.post import Hours, Post
from notifications.returned.path import return_path
from notifications.stencil import Packet, Sign
from notifications.transport import open_transport
from notifications.writing import Write, write, writer


def open_post(settings: Settings, database: Database, hours: Hours) -> Post:
    """For the service, by the machine's own clock. Raises MailKeyWrong, KeyWrong,
    DomainsFileWrong."""
    paces = open_paces(settings)
    senders = _senders(settings)
    return Post(
        database=database,
        transport=open_transport(settings),
        hours=hours,
        settings=settings,
        write=write_returning(settings, writer(linker(settings), signing(settings))),
        clock=utc_now,
        senders=senders,
        crew=crew.send if senders > 1 else None,
        journals=_journals(settings),
        paces=paces,
    )


def _journals(settings: Settings) -> Path:
    """Of this machine's processes on this database."""
    return settings.data / "journals" / sha256(settings.url.encode()).hexdigest()[:12]


def _senders(settings: Settings) -> int:
    """Never more than there are connections to share; one is enough where the server wants it
    slow."""
    if settings.mail is Mail.FOLDER or paced(settings):
        return 1
    return max(1, min(settings.senders or os.cpu_count() or 1, settings.smtp_connections))


def utc_now() -> datetime:
    return datetime.now(UTC)


def signing(settings: Settings) -> Sign | None:
    """None where there is no key. Raises MailKeyWrong."""
    by = keys(settings)
    return partial(signatures, by=by) if by else None


def write_returning(settings: Settings, write: Write = write) -> Write:
    """What comes back names its letter, where there is a mailbox for it. Raises KeyWrong."""
    if not settings.bounce_address:
        return write
    seal, address = seal_of(open_signer(settings.data)), settings.bounce_address

    def write_with_path(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        packet = write(letter, content, now, settings)
        return packet._replace(sender=return_path(letter.id, address=address, seal=seal))

    return write_with_path
