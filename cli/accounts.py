"""`dondoc account`: who signs in to the portal, for whoever runs the server."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from getpass import getuser
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cli.context import context
from dondoc.access.accounts import ROLES, account_named
from dondoc.access.asking import Asked, tell
from dondoc.access.news import News
from dondoc.access.second_factor import require, reset
from dondoc.signing import open_signer
from dondoc.tables import Account
from dondoc.words import Words

app = typer.Typer(no_args_is_help=True, help="Tài khoản cán bộ · accounts of officials")

NONE = Words("Chưa có tài khoản nào.", "There is no account yet.")
HEAD = (
    Words("Địa chỉ", "Address"),
    Words("Vai trò", "Role"),
    Words("Cơ quan", "Office"),
    Words("Xác thực hai bước", "Second factor"),
)
ON, OFF = Words("có", "on"), Words("không", "off")
AWAITED = Words("bắt buộc, chưa thiết lập", "required, not set up")
RESET = Words(
    "Đã hủy xác thực hai bước của {email}; tài khoản đã bị đăng xuất và được báo bằng thư.",
    "The second factor of {email} is reset; the account is signed out and told by letter.",
)
REQUIRED = Words(
    "{email}: từ nay phải xác thực hai bước.", "{email}: a second factor is required from now on."
)
FREE = Words(
    "{email}: không còn buộc xác thực hai bước.", "{email}: a second factor is required no longer."
)
Email = Annotated[str, typer.Argument(help="địa chỉ thư của tài khoản · its mail address")]


@app.command("list")
def list_command() -> None:
    """Ai đăng nhập được, vai trò gì · Who may sign in, and as what."""
    ctx = context()
    open_ones = select(Account).where(Account.closed_at.is_(None)).order_by(Account.email)
    with closing(ctx.database()) as database, database.reading() as session:
        accounts = session.scalars(open_ones.options(joinedload(Account.office))).all()
    if not accounts:
        ctx.say(NONE)
        return
    table = Table(*(title.text(ctx.language) for title in HEAD), box=None)
    for one in accounts:
        office = "" if one.office is None else one.office.code
        role = ROLES[one.role].text(ctx.language)
        table.add_row(one.email, role, office, _factor(one).text(ctx.language))
    ctx.console.print(table)


def _factor(account: Account) -> Words:
    if account.factor_since is not None:
        return ON
    return AWAITED if account.factor_required else OFF


@app.command("reset")
def reset_command(email: Email) -> None:
    """Hủy xác thực hai bước khi mất điện thoại và mã dự phòng · Telephone and codes are gone."""
    _decide(email, "factor_reset", reset, RESET)


@app.command("require")
def require_command(
    email: Email,
    off: Annotated[bool, typer.Option("--off", help="thôi bắt buộc · no longer")] = False,
) -> None:
    """Buộc một tài khoản xác thực hai bước · An account has to use a second factor."""

    def decided(session: Session, account: Account, *, actor: str, now: datetime) -> None:
        require(session, account, required=not off, actor=actor, now=now)

    _decide(email, "factor_free" if off else "factor_required", decided, FREE if off else REQUIRED)


def _decide(email: str, what: str, act: Callable[..., None], said: Words) -> None:
    """Raises NotFound, FactorMissing."""
    ctx = context()
    now, actor = ctx.now(), getuser()
    at = now.astimezone(ctx.settings.zone).isoformat(timespec="minutes")
    with closing(ctx.database()) as database, database.writing() as session:
        account = account_named(session, email)
        act(session, account, actor=actor, now=now)
        asked = Asked(address=account.email, origin="", today=ctx.today(), now=now)
        news = News(what=what, by=actor, at=at)
        tell(session, open_signer(ctx.settings.data), account, news, asked)
    ctx.say(said, email=account.email)
