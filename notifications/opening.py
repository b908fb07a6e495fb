"""The post as the settings want it: which transport, which links, signed or not."""

from datetime import datetime

from dondoc.database import Database
from dondoc.settings import Settings
from notifications.content import Content
from notifications.dkim import MailKey, keys, signed
from notifications.links import linker
from notifications.message import seven_bit
from notifications.outbox import Packet, Write, linked, write
from notifications.parcel import Claimed
from notifications.post import Hours, Post
from notifications.transport import open_transport


def open_post(settings: Settings, database: Database, hours: Hours) -> Post:
    """Raises MailKeyWrong, KeyWrong."""
    return Post(
        database=database,
        transport=open_transport(settings),
        hours=hours,
        settings=settings,
        write=write_signed(keys(settings), linked(linker(settings))),
    )


def write_signed(by: tuple[MailKey, ...], write: Write = write) -> Write:
    """Signed letters are seven bits wide: a relay that rewrites the wider ones on their way would
    break the signature (RFC 6376, 5.3)."""
    if not by:
        return write

    def write_and_sign(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        packet = write(letter, content, now, settings)
        return packet._replace(data=signed(seven_bit(packet.data), by))

    return write_and_sign
