"""What carries letters: they go in as a list, a verdict comes out for each."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from dondoc.settings import Mail, Settings
from notifications.folder import FolderTransport
from notifications.parcel import Outcome, Outgoing, Verdict
from notifications.smtp import SmtpTransport

__all__ = ["Outcome", "Outgoing", "Transport", "Verdict", "open_transport"]


class Transport(Protocol):
    def deliver(self, letters: Sequence[Outgoing]) -> Iterator[Outcome]:
        """One outcome for each letter, as soon as it is known, in any order. Raises nothing for
        what a mail server or a network does, and ends well within a claim's lease."""
        ...

    def hang_up(self) -> None:
        """There are no more letters for now. The next list may still be given."""
        ...


def open_transport(settings: Settings) -> Transport:
    if settings.mail is Mail.FOLDER:
        return FolderTransport(settings.data / "letters")
    return SmtpTransport(settings)
