"""`dondoc up`: the whole service in one terminal."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from cli.address import free_port
from cli.context import Context, context
from cli.ending import told_to_end
from cli.heartbeat import Heartbeat
from cli.portal_server import placed, portal_child, say_address, say_first_link
from cli.posting import open_post
from cli.prefect_environment import embedded, remote, url_of
from cli.pulse import ping
from cli.running import only_one
from cli.supervisor import Child, Supervisor
from dondoc.probing import answers
from dondoc.settings import Mail
from dondoc.words import Words
from schedules.clock import Clock

SERVER, RUNNER = "prefect-server", "flow-runner"
ADDRESS = "address"
"""The file in PREFECT_HOME that says where the server answers."""
LOOK_EVERY = 2.0
TICK_EVERY = timedelta(seconds=15)
"""Plans are launched by other processes, too: so long may the clock not know of one."""
WELL_FOR = 10.0
"""Seconds that Prefect's last answer counts."""
PATIENCE = 8.0
"""Seconds for the letters on their way, while the children end; all is over ten seconds after a
signal."""

RUNNING = Words("Đôn đốc đang chạy. Dừng: Ctrl-C.", "dondoc is running. Stop it with Ctrl-C.")
DATABASE = Words("  Cơ sở dữ liệu: {url}", "  Database: {url}")
LETTERS = {
    Mail.FOLDER: Words(
        "  Thư: ghi vào thư mục {folder}, chưa gửi đi", "  Letters: written to {folder}, not sent"
    ),
    Mail.REDIRECT: Words("  Thư: gửi hết tới {to}", "  Letters: all sent to {to}"),
    Mail.SMTP: Words("  Thư: gửi qua {host}:{port}", "  Letters: sent through {host}:{port}"),
}
PREFECT = Words(
    "  Prefect: {url} (đang khởi động, thư không phải chờ)",
    "  Prefect: {url} (starting; no letter waits for it)",
)
PREFECT_READY = Words("  Prefect đã sẵn sàng: {url}", "  Prefect is ready: {url}")
NO_PREFECT = Words("  Prefect: tắt; đồng hồ tự chạy mọi việc", "  Prefect: off; the clock runs all")
OTHER_PORT = Words(
    "Cổng {wanted} đang có chương trình khác dùng; Prefect dùng cổng {port}.",
    "Port {wanted} is in use; Prefect takes port {port}.",
)
STOPPED = Words("Đã dừng.", "Stopped.")


@dataclass
class Presence:
    """When Prefect last said that it was well."""

    url: str | None
    seen: float = field(default=float("-inf"))

    def look(self) -> bool:
        if self.url is not None and answers(self.url):
            self.seen = monotonic()
        return self.is_well()

    def is_well(self) -> bool:
        return monotonic() - self.seen < WELL_FOR


def up(
    port: Annotated[int | None, typer.Option(help="Cổng của Prefect · Prefect's port")] = None,
    prefect: Annotated[bool, typer.Option(help="Chạy Prefect · run Prefect")] = True,
) -> None:
    """Chạy toàn bộ dịch vụ · Run the whole service: web pages, clock, letters, Prefect."""
    ctx = context()
    with only_one(ctx.settings.data):
        serve(placed(ctx), port=port, prefect=prefect)


def serve(
    ctx: Context,
    *,
    port: int | None = None,
    prefect: bool = True,
    welcome: Path | None = None,
) -> None:
    """Until SIGINT, SIGTERM or SIGHUP; `ctx` is `placed`, `welcome` what a demonstration offers to
    click. Raises PortTaken, DatabaseUnreachable, SettingWrong."""
    with told_to_end() as stopping:
        prefect = prefect and ctx.settings.prefect
        url, children = _prefect(ctx, port) if prefect else (None, ())
        presence = Presence(url)
        if not prefect:
            os.environ["DONDOC_PREFECT"] = "false"  # the pages name no address then
        portal = (portal_child(welcome),) if ctx.settings.portal else ()
        with _ticking(ctx, presence) as (clock, heartbeat):
            with Supervisor((*portal, *children), logs=ctx.settings.data / "logs"):
                _greet(ctx, url)
                if portal:
                    say_first_link(ctx)
                _watch(ctx, presence, stopping)
                until = monotonic() + PATIENCE
                ending = Thread(target=_end, args=(clock, heartbeat), daemon=True)
                ending.start()
            _let_finish(ending, until)
        ctx.say(STOPPED)


def _prefect(ctx: Context, asked: int | None) -> tuple[str, Sequence[Child]]:
    """The API's address and the processes it takes: where the server runs elsewhere, only the
    one that publishes the moments to it. Raises PortTaken."""
    home = ctx.settings.data / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    if ctx.settings.prefect_url:
        url = ctx.settings.prefect_url
        publisher = ("flows.runner", "--publish-only")
        return url, (Child(name=RUNNER, command=publisher, environment=remote(url, home)),)
    port = _port(ctx, asked)
    (home / ADDRESS).write_text(url_of(port), encoding="ascii")
    os.environ["DONDOC_PREFECT_PORT"] = str(port)  # for the pages that name it
    server = ("cli.prefect_server", "--port", str(port), "--home", str(home))
    environment = embedded(home, port)
    return url_of(port), (
        Child(name=SERVER, command=server, environment=environment),
        Child(name=RUNNER, command=("flows.runner",), environment=environment),
    )


def _port(ctx: Context, asked: int | None) -> int:
    """The one that was asked for, or for the default one the next that is free."""
    wanted = ctx.settings.prefect_port if asked is None else asked
    exactly = asked is not None or "prefect_port" in ctx.settings.model_fields_set
    port = free_port(wanted, exactly=exactly)
    if port != wanted:
        ctx.say(OTHER_PORT, wanted=wanted, port=port)
    return port


@contextmanager
def _ticking(ctx: Context, presence: Presence) -> Iterator[tuple[Clock, Heartbeat]]:
    """A clock that ticks at once; the caller stops it."""
    database = ctx.database()
    post = open_post(ctx, database)
    grace = timedelta(seconds=ctx.settings.prefect_grace)
    heartbeat = Heartbeat(
        database=database, post=post, hours=ctx.hours(), grace=grace, well=presence.is_well
    )
    if url := ctx.settings.ping_url:
        heartbeat.ticked = partial(ping, url)
    clock = Clock(heartbeat.tick, every=TICK_EVERY)
    clock.start()
    try:
        yield clock, heartbeat
    finally:
        database.close()


def _end(clock: Clock, heartbeat: Heartbeat) -> None:
    heartbeat.end()
    clock.stop()
    heartbeat.finish()


def _let_finish(ending: Thread, until: float) -> None:
    """A tick and its work under way may finish, but no later; what they leave half done is put
    right by the next start."""
    ending.join(max(0.0, until - monotonic()))
    if ending.is_alive():
        sys.stdout.flush()
        os._exit(0)


def _greet(ctx: Context, url: str | None) -> None:
    settings = ctx.settings
    if settings.portal:
        say_address(ctx)
    ctx.say(RUNNING)
    ctx.say(DATABASE, url=make_url(settings.url).render_as_string(hide_password=True))
    ctx.say(
        LETTERS[settings.mail],
        folder=settings.data / "letters",
        to=settings.mail_redirect_to,
        host=settings.smtp_host,
        port=settings.smtp_port,
    )
    if url is None:
        ctx.say(NO_PREFECT)
    else:
        ctx.say(PREFECT, url=url.removesuffix("/api"))


def _watch(ctx: Context, presence: Presence, stopping: Event) -> None:
    """Asks Prefect how it is, so that the clock knows when to do everything itself."""
    greeted = presence.url is None
    while not stopping.wait(LOOK_EVERY):
        if presence.look() and not greeted:
            ctx.say(PREFECT_READY, url=str(presence.url).removesuffix("/api"))
            greeted = True
