"""Lines to the mail server, opened through aiosmtplib, and the lists of letters they share."""

import asyncio
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain, islice
from threading import Lock

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from dondoc.errors import DondocError
from dondoc.settings import Mail, Security, Settings
from notifications.line import Line
from notifications.parcel import Outcome, Outgoing, Verdict, Witness
from notifications.pipeline import send

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    from asyncio import new_event_loop  # type: ignore[assignment]

PATIENCE = 3
"""lines that may break one after the other, without a letter accepted between"""
LONGEST = 600.0
"""seconds after which what is not yet under way is left for later: below a claim's lease"""
SLICE = 0.05
"""seconds for which outcomes are gathered before they are passed on"""

_FAILURES = (SMTPException, OSError, EOFError)


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
    next until `hang_up`. With `mail=redirect` all letters go to one mailbox, the real recipient in
    a header."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._idle: list[_Exchange] = []
        self._lock = Lock()

    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        with self._lock:
            exchange = self._idle.pop() if self._idle else _Exchange(self)
        try:
            yield from exchange.deliver(letters, witness)
        except BaseException:
            exchange.close()
            raise
        with self._lock:
            self._idle.append(exchange)

    def hang_up(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for exchange in idle:
            exchange.close()

    def client(self) -> SMTP:
        settings = self.settings
        return SMTP(
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

    def addressed(self, letter: Outgoing) -> Outgoing:
        if self.settings.mail is not Mail.REDIRECT:
            return letter
        original = f"X-Dondoc-Original-To: {letter.recipient}\r\n".encode()
        return letter._replace(
            recipient=self.settings.mail_redirect_to, data=original + letter.data
        )

    @cached_property
    def _own_name(self) -> str:
        """Looked up once: a name server may take seconds."""
        name = socket.getfqdn()
        return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


class _Exchange:
    """A loop and its open lines; used by one thread at a time."""

    def __init__(self, transport: SmtpTransport) -> None:
        self.transport = transport
        self.lines: list[Line] = []
        self._runner = asyncio.Runner(loop_factory=new_event_loop)

    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        delivery = _Delivery(self, letters, witness)
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

    def close(self) -> None:
        with suppress(RuntimeError):  # the loop is gone already
            self._runner.run(self._say_goodbye())
        self._runner.close()

    async def _say_goodbye(self) -> None:
        await asyncio.gather(*(line.say_goodbye() for line in self.lines))
        self.lines.clear()
        await _let_go()


class _Delivery:
    """One list on its way. A line that cannot be opened leaves its letters to the others; what
    nobody could take is deferred."""

    def __init__(self, exchange: _Exchange, letters: Iterable[Outgoing], witness: Witness) -> None:
        self.exchange = exchange
        self.witness = witness
        self.coming = map(exchange.transport.addressed, letters)
        self.waiting: deque[Outgoing] = deque()
        self.told: list[Outcome] = []
        self.trouble = ""
        self.workers: set[asyncio.Task[None]] = set()
        self.until = 0.0

    async def start(self) -> None:
        self.until = asyncio.get_running_loop().time() + LONGEST
        settings = self.exchange.transport.settings
        self.waiting.extend(islice(self.coming, max(1, settings.smtp_connections)))
        self.workers = {asyncio.create_task(self._work()) for _ in self.waiting}

    async def next_outcomes(self) -> list[Outcome]:
        """What is known by now, at least one; empty at the end."""
        while self.workers:
            done, self.workers = await asyncio.wait(self.workers, timeout=SLICE)
            for worker in done:
                worker.result()
            if self.told:
                break
        if not self.workers:
            self._defer_the_rest()
        outcomes, self.told = self.told, []
        return outcomes

    def _defer_the_rest(self) -> None:
        for letter in chain(self.waiting, self.coming):
            self.told.append(Outcome(letter.letter_id, Verdict.DEFERRED, self.trouble))
        self.waiting.clear()

    async def _work(self) -> None:
        broken = 0
        while broken < PATIENCE and self._more():
            try:
                line = await self._line()
            except (*_FAILURES, ValueError) as error:
                self.trouble = answer(error)
                return
            before = line.accepted
            await send(line, self)
            if not line.trouble and not line.spent:
                self.exchange.lines.append(line)
                return
            if not line.trouble:
                await line.say_goodbye()
                continue
            self.trouble = line.trouble
            broken = 1 if line.accepted > before else broken + 1

    async def _line(self) -> Line:
        while self.exchange.lines:
            line = self.exchange.lines.pop()
            if not line.trouble:
                return line
        return await self.exchange.open_line()

    def _too_late(self) -> bool:
        late = asyncio.get_running_loop().time() > self.until
        self.trouble = self.trouble or (f"not reached within {LONGEST:.0f} s" if late else "")
        return late

    def _more(self) -> bool:
        if not self.waiting:
            self.waiting.extend(islice(self.coming, 1))
        return bool(self.waiting) and not self._too_late()

    def fetch(self) -> Outgoing | None:
        return self.waiting.popleft() if self._more() else None

    def put_back(self, letter: Outgoing) -> None:
        self.waiting.appendleft(letter)

    def starting(self, letter: Outgoing) -> None:
        self.witness.starting(letter)

    def tell(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.ACCEPTED:
            self.witness.accepted(outcome)
        self.told.append(outcome)


async def _let_go() -> None:
    """A transport ends in the loop's next rounds; a loop that is closed before would be asked for
    them later, when the transport is collected."""
    for _ in range(3):
        await asyncio.sleep(0)


async def _say_hello(client: SMTP) -> None:
    """Unless TLS or a login needed it before."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except SMTPHeloError:
            await client.helo()


def answer(error: BaseException) -> str:
    """The server's own words where it spoke."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


async def _close(client: SMTP) -> None:
    with suppress(*_FAILURES):
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
    except (*_FAILURES, ValueError) as error:
        raise MailUnreachable(
            host=settings.smtp_host, port=settings.smtp_port, why=answer(error)
        ) from error
    finally:
        await _close(client)
    secured = tls.version() if tls else Security.NONE.value
    user = settings.smtp_user or "–"
    return f"{response.code} {response.message.splitlines()[0]} · {secured} · {user}"
