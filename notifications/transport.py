"""Which transport the settings ask for."""

from dondoc.settings import Mail, Settings
from notifications.domains import open_paces
from notifications.folder import FolderTransport
from notifications.parcel import Transport
from notifications.smtp import SmtpTransport


def open_transport(settings: Settings) -> Transport:
    """Raises DomainsFileWrong."""
    if settings.mail is Mail.FOLDER:
        return FolderTransport(settings.data / "letters")
    return SmtpTransport(settings, open_paces(settings))
