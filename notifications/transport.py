"""Which transport the settings ask for."""

from hashlib import sha256

from dondoc.settings import Mail, Settings
from notifications.domains import open_paces
from notifications.folder import FolderTransport
from notifications.parcel import Transport
from notifications.places import Places
from notifications.smtp import SmtpTransport


def open_transport(settings: Settings) -> Transport:
    """Raises DomainsFileWrong."""
    if settings.mail is Mail.FOLDER:
        return FolderTransport(settings.data / "letters")
    return SmtpTransport(settings, open_paces(settings), _places(settings))


def _places(settings: Settings) -> Places:
    """Of this machine's processes, for this mail server."""
    server = f"{settings.smtp_host}:{settings.smtp_port}".encode()
    folder = settings.data / "connections" / sha256(server).hexdigest()[:12]
    return Places(folder, max(1, settings.smtp_connections))
