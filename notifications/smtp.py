"""SMTP through aiosmtplib: a few connections share a list of letters."""

import asyncio
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from dondoc.errors import DondocError
from dondoc.settings import Mail, Security, Settings
from notifications.parcel import Outcome, Outgoing, Verdict

PATIENCE = 3
"""connections that may break one after the other, without a letter accepted between"""
LONGEST = 600.0
"""seconds after which what is not yet under way is left for later: below a claim's lease"""
TOO_LARGE = 552
CLOSING = 421

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
    """Callers are threads; every `deliver` has its own loop and connections. With
    `mail=redirect` all letters go to one mailbox, the real recipient in a header."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def deliver(self, letters: Sequence[Outgoing]) -> Iterator[Outcome]:
        if not letters:
            return
        with asyncio.Runner() as runner:
            delivery = _Delivery(self, letters)
            runner.run(delivery.start())
            while outcomes := runner.run(delivery.next_outcomes()):
                yield from outcomes

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


class _Delivery:
    """One list on its way. A connection that cannot be opened leaves its letters to the others;
    what nobody could take is deferred."""

    def __init__(self, transport: SmtpTransport, letters: Sequence[Outgoing]) -> None:
        self.transport = transport
        self.waiting = deque(letters)
        self.told: deque[Outcome] = deque()
        self.news = asyncio.Event()
        self.trouble = ""
        self.bug: BaseException | None = None
        self.workers: set[asyncio.Task[None]] = set()
        self.until = 0.0

    async def start(self) -> None:
        self.until = asyncio.get_running_loop().time() + LONGEST
        connections = min(len(self.waiting), max(1, self.transport.settings.smtp_connections))
        for _ in range(connections):
            worker = asyncio.create_task(self._work())
            self.workers.add(worker)
            worker.add_done_callback(self._finished)

    async def next_outcomes(self) -> list[Outcome]:
        """What is known by now, at least one; empty at the end."""
        while not self.told and self.workers:
            self.news.clear()
            await self.news.wait()
        if self.bug is not None:
            raise self.bug
        if not self.told:
            self._defer_the_rest()
        outcomes = list(self.told)
        self.told.clear()
        return outcomes

    def _defer_the_rest(self) -> None:
        while self.waiting:
            letter = self.waiting.popleft()
            self.told.append(Outcome(letter.letter_id, Verdict.DEFERRED, self.trouble))

    def _finished(self, worker: asyncio.Task[None]) -> None:
        self.workers.discard(worker)
        self.news.set()
        if not worker.cancelled():
            self.bug = self.bug or worker.exception()

    async def _work(self) -> None:
        broken = 0
        while self.waiting and broken < PATIENCE and not self._too_late():
            client = self.transport.client()
            try:
                await client.connect()
            except (*_FAILURES, ValueError) as error:
                self.trouble = answer(error)
                return
            try:
                accepted = await self._send_over(client)
                await _close(client)
            finally:
                client.close()
            broken = 1 if accepted else broken + 1

    async def _send_over(self, client: SMTP) -> int:
        """Until the list is empty or the connection breaks; how many were accepted."""
        accepted = 0
        while self.waiting and client.is_connected and not self._too_late():
            outcome = await self._send(client, self.waiting.popleft())
            accepted += outcome.verdict is Verdict.ACCEPTED
            self.told.append(outcome)
            self.news.set()
        return accepted

    def _too_late(self) -> bool:
        late = asyncio.get_running_loop().time() > self.until
        self.trouble = self.trouble or (f"not reached within {LONGEST:.0f} s" if late else "")
        return late

    async def _send(self, client: SMTP, letter: Outgoing) -> Outcome:
        sent = self.transport.addressed(letter)
        try:
            _, told = await client.sendmail(sent.sender, [sent.recipient], sent.data)
        except SMTPRecipientsRefused as error:
            return _judged(client, letter, error.recipients[0])
        except SMTPResponseException as error:
            return _judged(client, letter, error)
        except _FAILURES as error:
            client.close()
            self.trouble = answer(error)
            return Outcome(letter.letter_id, Verdict.DEFERRED, self.trouble)
        except ValueError as error:  # an address that SMTP cannot carry
            return Outcome(letter.letter_id, Verdict.REFUSED, answer(error))
        return Outcome(letter.letter_id, Verdict.ACCEPTED, told)


def _judged(client: SMTP, letter: Outgoing, error: SMTPResponseException) -> Outcome:
    """A refused sender is our own trouble, not the recipient's: it stays deferred."""
    if error.code == CLOSING:
        client.close()
    ours = isinstance(error, SMTPSenderRefused) and error.code != TOO_LARGE
    final = error.code >= 500 and not ours
    return Outcome(letter.letter_id, Verdict.REFUSED if final else Verdict.DEFERRED, answer(error))


async def _close(client: SMTP) -> None:
    with suppress(*_FAILURES):
        if client.is_connected:
            await client.quit()
    client.close()


def answer(error: BaseException) -> str:
    """The server's own words where it spoke."""
    if isinstance(error, SMTPRecipientRefused | SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


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
