"""The portal's one composition root."""

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from portal import entrance, errors, front, metrics, office, unit
from portal.assets import CachedFiles
from portal.context import Portal
from portal.headers import SecurityHeaders
from portal.journal import RequestLog
from portal.limits import BodyLimit, refuse_unwritable
from portal.rendering import STATIC
from portal.turns import Turns

ROUTERS = (front.router, entrance.router, unit.router, office.router, metrics.router)
LARGER = unit.LARGER | office.LARGER


def create_app(portal: Portal) -> FastAPI:
    app = FastAPI(
        title="dondoc",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # would send people to whatever host the request names
        dependencies=[Depends(refuse_unwritable)],
    )
    app.state.portal = portal
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", CachedFiles(directory=STATIC), name="static")
    errors.install(app)
    # the last added stands outermost
    app.add_middleware(BodyLimit, larger=LARGER)
    app.add_middleware(Turns, aside=portal.aside)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders, secure=portal.secure)
    return app
