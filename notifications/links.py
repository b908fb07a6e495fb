"""Where a letter's reader goes from there. A link is made when the letter is written and kept
nowhere: what shows a letter again shows it without."""

from dataclasses import dataclass
from pathlib import Path

from dondoc.access.links import Seat, link_token
from dondoc.access.seal import Seal, seal_of
from dondoc.access.signing_in import sign_in_token
from dondoc.settings import Mail, Settings
from dondoc.signing import open_signer
from notifications.content import Content
from notifications.parcel import Claimed
from notifications.returned.path import reply_path

TO_THE_OFFICE = ("review", "digest", "question")
ACCOUNT = "account"
OFFICE, OWN_ACCOUNT = "/office", "/office/own-account"
ANSWERED_WITH_FILES = (
    "announcement",
    "changed",
    "extension",
    "taken_over",
    "returned",
    "reminder",
    "due_today",
    "overdue",
    "received",
)
"""Letters about what their reader's own unit owes."""


@dataclass(frozen=True)
class Linker:
    """`address` is the portal's as people reach it; empty where letters name none. `replies` is
    where answers are read; empty where people answer people."""

    address: str
    seal: Seal
    replies: str = ""

    def link(self, letter: Claimed, content: Content) -> str:
        """Empty where there is none to give."""
        if not self.address:
            return ""
        if content.sign_in is not None:
            return f"{self.address}/sign-in/{sign_in_token(self.seal, content.sign_in)}"
        if content.name in (*TO_THE_OFFICE, ACCOUNT):
            return f"{self.address}{OWN_ACCOUNT if content.name == ACCOUNT else OFFICE}"
        if letter.contact_id is None or content.epoch is None:
            return ""
        seat = Seat(letter.contact_id, letter.address, content.epoch)
        link = f"{self.address}/l/{link_token(self.seal, seat, content.today)}"
        received = content.received
        if received is None or received.unplaced or len(received.drafts) != 1:
            return link
        return f"{link}?to={received.drafts[0].obligation}"

    def reply_path(self, letter: Claimed, content: Content) -> str:
        """Empty where the letter is not answered with files."""
        if not self.replies or content.name not in ANSWERED_WITH_FILES:
            return ""
        return reply_path(letter.id, address=self.replies, seal=self.seal)


def linker(settings: Settings, keys: Path | None = None) -> Linker:
    """`keys` is the key's folder, if not the data folder. Letters that really leave name the
    portal only where its public address is set. Raises KeyWrong."""
    known = settings.portal_url or settings.mail is Mail.FOLDER
    address = settings.portal_address if settings.portal and known else ""
    return Linker(address, seal_of(open_signer(keys or settings.data)), settings.reply_address)
