"""Lines to the mail server, opened through aiosmtplib, and the lists of letters they share."""

import asyncio
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from threading import Lock
from typing import cast

from aiosmtplib import SMTP, SMTPHeloError

from dondoc.errors import DondocError
from dondoc.settings import Mail, Security, Settings
from notifications.delivery import Delivery
from notifications.domains import Paces
from notifications.lanes import Temper
from notifications.line import FAILURES, Line, answer
from notifications.parcel import Outcome, Outgoing, Witness
from notifications.places import Places
from notifications.traffic import Traffic

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    from asyncio import new_event_loop  # type: ignore[assignment]


class MailUnreachable(DondocError):
    """The mail server {host}:{port} cannot be used: {why}
    Check DONDOC_SMTP_HOST, _PORT, _SECURITY, _USER and _PASSWORD."""

    vi = (
        "Không dùng được máy chủ thư {host}:{port}: {why}\n"
        "Hãy kiểm tra DONDOC_SMTP_HOST, _PORT, _SECURITY, _USER và _PASSWORD."
    )
    exit_status = 1


class SmtpTransport:
    """Callers are threads; each has an exchange of its own. Lines stay open from one list to the
    next until `hang_up`. A list of urgent letters takes a line from others where the connections
    are all in use. With `mail=redirect` all letters go to one mailbox, the real recipient in a
    header."""

    def __init__(
        self, settings: Settings, paces: Paces | None = None, places: Places | None = None
    ) -> None:
        self.settings = settings
        self.paces = paces or Paces()
        self.known: dict[str, Temper] = {}
        self.traffic = Traffic(max(1, settings.smtp_connections), places)
        self._idle: list[_Exchange] = []
        self._lock = Lock()

    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        with self._lock:
            exchange = self._idle.pop() if self._idle else _Exchange(self)
        with ExitStack() as broken:
            broken.callback(exchange.close)
            yield from exchange.deliver(letters, witness)
            broken.pop_all()
        with self._lock:
            self._idle.append(exchange)

    @contextmanager
    def narrowed(self, connections: int) -> Iterator[None]:
        before, self.traffic.most = self.traffic.most, connections
        try:
            yield
        finally:
            self.traffic.most = before

    def hang_up(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for exchange in idle:
            exchange.close()

    def client(self) -> SMTP:
        settings = self.settings
        return _Client(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.password if settings.smtp_user else None,
            local_hostname=self._own_name,
            timeout=settings.smtp_timeout,
            use_tls=settings.smtp_security is Security.TLS,
            start_tls=settings.smtp_security is Security.STARTTLS,
            cert_bundle=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
        )

    def addressed(self, letters: Iterable[Outgoing]) -> Iterable[Outgoing]:
        redirects = self.settings.mail is Mail.REDIRECT
        return map(self._redirected, letters) if redirects else letters

    def _redirected(self, letter: Outgoing) -> Outgoing:
        original = f"X-Dondoc-Original-To: {letter.recipient}\r\n".encode()
        return letter._replace(
            recipient=self.settings.mail_redirect_to, data=original + letter.data
        )

    @cached_property
    def _own_name(self) -> str:
        """Looked up once: a name server may take seconds."""
        name = socket.getfqdn()
        return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


class _Client(SMTP):
    def close(self) -> None:
        """At once: over TLS a transport would wait for the server's farewell, longer than its loop
        may live."""
        transport = self.transport
        super().close()
        if transport is not None:
            cast(asyncio.WriteTransport, transport).abort()


class _Exchange:
    """A loop and its open lines; used by one thread at a time."""

    def __init__(self, transport: SmtpTransport) -> None:
        self.transport = transport
        self.lines: list[Line] = []
        self._runner = asyncio.Runner(loop_factory=new_event_loop)

    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        transport = self.transport
        delivery = Delivery(
            self,
            transport.addressed(letters),
            witness,
            traffic=transport.traffic,
            paces=transport.paces,
            known=transport.known,
        )
        self._runner.run(delivery.start())
        while outcomes := self._runner.run(delivery.next_outcomes()):
            yield from outcomes

    async def open_line(self) -> Line:
        """Raises what aiosmtplib raises, and ValueError for a setting it cannot use."""
        client = self.transport.client()
        try:
            await client.connect()
            await _say_hello(client)
        except BaseException:
            client.close()
            await _let_go()
            raise
        settings = self.transport.settings
        return Line(client, timeout=settings.smtp_timeout, most=settings.smtp_messages)

    async def end_line(self, line: Line) -> None:
        """Whoever waits for a connection has it when the server has let go of this one."""
        try:
            await line.say_goodbye()
        finally:
            self.transport.traffic.closed()

    def close(self) -> None:
        with suppress(RuntimeError):  # the loop is gone already
            self._runner.run(self._say_goodbye())
        self._runner.close()

    async def _say_goodbye(self) -> None:
        await asyncio.gather(*(self.end_line(line) for line in self.lines))
        self.lines.clear()
        await _let_go()


async def _let_go() -> None:
    """An aborted transport ends in the loop's next rounds; a loop that is closed before would be
    asked for them later, when the transport is collected."""
    for _ in range(3):
        await asyncio.sleep(0)


async def _say_hello(client: SMTP) -> None:
    """Unless TLS or a login needed it before."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except SMTPHeloError:
            await client.helo()


async def _close(client: SMTP) -> None:
    with suppress(*FAILURES):
        if client.is_connected:
            await client.quit()
    client.close()


def greeting(settings: Settings) -> str:
    """Connects, says EHLO, takes up TLS and logs in as a delivery would; what the server
    answered. Raises MailUnreachable."""
    return asyncio.run(_greet(settings))


async def _greet(settings: Settings) -> str:
    client = SmtpTransport(settings).client()
    try:
        response = await client.connect()
        tls = client.get_transport_info("ssl_object")
        await client.noop()
    except (*FAILURES, ValueError) as error:
        raise MailUnreachable(
            host=settings.smtp_host, port=settings.smtp_port, why=answer(error)
        ) from error
    finally:
        await _close(client)
    secured = tls.version() if tls else Security.NONE.value
    user = settings.smtp_user or "–"
    return f"{response.code} {response.message.splitlines()[0]} · {secured} · {user}"
