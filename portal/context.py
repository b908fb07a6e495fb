"""What every page may use; put together once per process by `portal.serve`, or by a test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import Request

from dondoc.access.seal import Seal, seal_of
from dondoc.access.second_factor import Vault
from dondoc.database import Database
from dondoc.settings import Settings
from dondoc.signing import Signer, open_signer
from dondoc.store import FileStore
from dondoc.uploads import Uploads, open_uploads
from portal.aside import Aside
from portal.figures import Figures, Kept
from portal.welcome import Welcome
from portal.work.workshop import Workshop
from schedules.calendar import OfficeHours
from schedules.moments import Coming
from schedules.overrides import open_hours


@dataclass(frozen=True, kw_only=True)
class Portal:
    settings: Settings
    database: Database
    signer: Signer
    seal: Seal
    vault: Vault
    store: FileStore
    uploads: Uploads
    hours: OfficeHours
    workshop: Workshop
    clock: Callable[[], datetime]
    welcome: Welcome | None = None
    aside: Aside = field(default_factory=Aside)
    figures: Figures = field(default_factory=Figures)
    coming: Kept[int, Coming] = field(default_factory=Kept)

    def now(self) -> datetime:
        return self.clock()

    @property
    def secure(self) -> bool:
        """Whether browsers come by HTTPS."""
        return self.settings.portal_address.startswith("https://")


def open_portal(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    welcome: Welcome | None = None,
) -> Portal:
    """Raises KeyWrong, CalendarFileWrong."""
    signer = open_signer(settings.data)
    return Portal(
        settings=settings,
        database=database,
        signer=signer,
        seal=seal_of(signer),
        vault=Vault(signer),
        store=FileStore(settings.data / "files"),
        uploads=open_uploads(settings.data),
        hours=open_hours(settings),
        workshop=Workshop(settings, database),
        clock=clock,
        welcome=welcome,
    )


def portal_of(request: Request) -> Portal:
    found: Portal = request.app.state.portal
    return found
