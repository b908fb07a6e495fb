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

TO_THE_OFFICE = ("review", "digest")


@dataclass(frozen=True)
class Linker:
    """`address` is the portal's as people reach it; empty where letters name none."""

    address: str
    seal: Seal

    def link(self, letter: Claimed, content: Content) -> str:
        """Empty where there is none to give."""
        if not self.address:
            return ""
        if content.sign_in is not None:
            return f"{self.address}/sign-in/{sign_in_token(self.seal, content.sign_in)}"
        if content.name in TO_THE_OFFICE:
            return f"{self.address}/office"
        if letter.contact_id is None or content.epoch is None:
            return ""
        seat = Seat(letter.contact_id, letter.address, content.epoch)
        return f"{self.address}/l/{link_token(self.seal, seat, content.today)}"


def linker(settings: Settings, keys: Path | None = None) -> Linker:
    """`keys` is the key's folder, if not the data folder. Letters that really leave name the
    portal only where its public address is set. Raises KeyWrong."""
    known = settings.portal_url or settings.mail is Mail.FOLDER
    address = settings.portal_address if settings.portal and known else ""
    return Linker(address, seal_of(open_signer(keys or settings.data)))
