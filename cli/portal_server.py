"""The portal as a child of `dondoc up`: where it answers, and the first administrator's way in."""

import os
from contextlib import closing
from pathlib import Path

from cli.address import free_port
from cli.context import Context, context
from cli.supervisor import Child
from dondoc.access.accounts import has_administrator
from dondoc.access.seal import seal_of
from dondoc.access.signing_in import make_link, sign_in_token
from dondoc.database import Database
from dondoc.signing import open_signer
from dondoc.words import Words

PORTAL = "portal"
HOW = Words("DONDOC_PORTAL_PORT", "DONDOC_PORTAL_PORT")
ADDRESS = Words("Mở trang web: {url}", "Open: {url}")
OTHER_PORT = Words(
    "Cổng {wanted} đang có chương trình khác dùng; trang web dùng cổng {port}.",
    "Port {wanted} is in use; the portal takes port {port}.",
)
FIRST = Words(
    "  Chưa có người quản trị. Tạo tại đây, trong 24 giờ: {url}",
    "  There is no administrator yet. Make one here, within 24 hours: {url}",
)


def placed(ctx: Context) -> Context:
    """With a port that is free, said through the environment, so that every process of the service
    writes the same address into letters. Raises PortTaken."""
    settings = ctx.settings
    if not settings.portal:
        return ctx
    port = free_port(
        settings.portal_port,
        exactly="portal_port" in settings.model_fields_set or bool(settings.portal_url),
        host=settings.portal_host,
        how=HOW,
    )
    if port == settings.portal_port:
        return ctx
    ctx.say(OTHER_PORT, wanted=settings.portal_port, port=port)
    os.environ["DONDOC_PORTAL_PORT"] = str(port)
    return context()


def portal_child(welcome: Path | None = None) -> Child:
    offered = () if welcome is None else ("--welcome", str(welcome))
    return Child(name=PORTAL, command=("portal.serve", *offered), environment=dict(os.environ))


def say_address(ctx: Context) -> None:
    ctx.say(ADDRESS, url=ctx.settings.portal_address)


def say_first_link(ctx: Context) -> None:
    """A new one each time, until there is an administrator."""
    with closing(ctx.database()) as database:
        token = _first_token(ctx, database)
    if token is not None:
        ctx.say(FIRST, url=f"{ctx.settings.portal_address}/sign-in/{token}")


def _first_token(ctx: Context, database: Database) -> str | None:
    with database.writing() as session:
        if has_administrator(session):
            return None
        link = make_link(session, None, ctx.now())
    return sign_in_token(seal_of(open_signer(ctx.settings.data)), link.id)
