"""Lines to the mail server, opened through aiosmtplib, and the lists of letters they share."""

import asyncio
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from functools import cached_property
from itertools import chain, islice
from threading import Lock
from time import monotonic

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from dondoc.errors import DondocError
from dondoc.settings import Mail, Security, Settings
from dondoc.tables import domain_of
from notifications.domains import Paces
from notifications.lanes import ENOUGH, Lanes, Temper
from notifications.line import NO_ANSWER, Line
from notifications.parcel import Outcome, Outgoing, Verdict, Witness
from notifications.pipeline import sending
from notifications.traffic import Traffic

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    from asyncio import new_event_loop  # type: ignore[assignment]

PATIENCE = 3
"""lines that may break one after the other, without a letter accepted between"""
LONGEST = 600.0
"""seconds after which what is not yet under way is left for later: below a claim's lease"""
AHEAD = 50
"""letters written before the first of them leaves: by turns, a letter at a time, it takes a fifth
longer, as each finds the mail server asleep"""
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
    next until `hang_up`. A list of urgent letters takes a line from others where the connections
    are all in use. With `mail=redirect` all letters go to one mailbox, the real recipient in a
    header."""

    def __init__(self, settings: Settings, paces: Paces | None = None) -> None:
        self.settings = settings
        self.paces = paces or Paces()
        self.known: dict[str, Temper] = {}
        self.traffic = Traffic(max(1, settings.smtp_connections))
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
        self.transport.traffic.opened()
        try:
            await client.connect()
            await _say_hello(client)
        except BaseException:
            self.transport.traffic.closed()
            client.close()
            await _let_go()
            raise
        settings = self.transport.settings
        return Line(client, timeout=settings.smtp_timeout, most=settings.smtp_messages)

    async def end_line(self, line: Line) -> None:
        self.transport.traffic.closed()
        await line.say_goodbye()

    def close(self) -> None:
        with suppress(RuntimeError):  # the loop is gone already
            self._runner.run(self._say_goodbye())
        self._runner.close()

    async def _say_goodbye(self) -> None:
        await asyncio.gather(*(self.end_line(line) for line in self.lines))
        self.lines.clear()
        await _let_go()


class _Delivery:
    """One list on its way. A line that cannot be opened leaves its letters to the others; what
    nobody could take is deferred."""

    def __init__(self, exchange: _Exchange, letters: Iterable[Outgoing], witness: Witness) -> None:
        transport = exchange.transport
        coming = _some_ahead(map(transport.addressed, letters))
        first = list(islice(coming, 1))
        self.exchange = exchange
        self.witness = witness
        self.traffic = transport.traffic
        self.urgent = any(letter.urgent for letter in first)
        self.lanes = Lanes(
            chain(first, coming),
            lines=self.traffic.most,
            paces=transport.paces,
            known=transport.known,
        )
        self.at_hand: dict[Line, Outgoing] = {}
        self.asking: dict[Line, float] = {}
        self.opening = 0
        self.told: list[Outcome] = []
        self.trouble = ""
        self.workers: set[asyncio.Task[None]] = set()
        self.accepted = 0
        self.until = 0.0
        self.busy_at = 0.0
        self.changed = asyncio.Event()

    async def start(self) -> None:
        self.busy_at = monotonic()
        self.until = self.busy_at + LONGEST
        if self.lanes.left:
            most = self.traffic.most
            self.workers = {asyncio.create_task(self._work()) for _ in range(most)}

    async def next_outcomes(self) -> list[Outcome]:
        """What is known by now, at least one; empty at the end."""
        while self.workers:
            done, self.workers = await asyncio.wait(self.workers, timeout=SLICE)
            for worker in done:
                worker.result()
            await self._look_around()
            if self.told:
                break
        if not self.workers:
            self._defer_the_rest()
        outcomes, self.told = self.told, []
        return outcomes

    async def _look_around(self) -> None:
        """Domains that are in the way are given up, and a line where somebody needs it more."""
        now = monotonic()
        if not self.lanes.only_slow:
            self.busy_at = now
        over = now - self.busy_at > self.lanes.patience
        if over and self.lanes.met_prompt:
            self._cut_short(now)
        self.told += self.lanes.give_up(slow=over)
        if self.exchange.lines and self._gives_way():
            await self.exchange.end_line(self.exchange.lines.pop())

    def _cut_short(self, now: float) -> None:
        """The list would end but for a recipient's domain that does not answer; the next list may
        be waiting. No text is on the wire, so that nothing is in doubt."""
        for line, since in list(self.asking.items()):
            if now - since > ENOUGH and not line.body_out:
                line.hang_up(NO_ANSWER)

    def _defer_the_rest(self) -> None:
        for letter in self.lanes.rest():
            self.told.append(Outcome(letter.letter_id, Verdict.DEFERRED, self.trouble))

    async def _work(self) -> None:
        broken = 0
        while broken < PATIENCE and (letter := await self._next_letter()) is not None:
            try:
                line = await self._line(letter)
            except (*_FAILURES, ValueError) as error:
                self.put_back(letter)
                self.trouble = answer(error)
                return
            before = self.accepted
            self.at_hand[line] = letter
            await line.carry(sending(line, self))
            self.asking.pop(line, None)
            if (left := self.at_hand.pop(line, None)) is not None:
                self.put_back(left)
            if not line.trouble and not line.spent and not self._gives_way():
                self.exchange.lines.append(line)
                continue
            if line.trouble and not line.stalled:
                self.trouble = line.trouble
                broken = 1 if self.accepted > before else broken + 1
            await self.exchange.end_line(line)

    async def _next_letter(self) -> Outgoing | None:
        """Waits while letters are left that may not leave yet."""
        while not self._too_late():
            if not self._gives_way() and (letter := self.lanes.take({})) is not None:
                return letter
            if not self.lanes.left and not self.opening:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), SLICE)
            self.changed.clear()
        return None

    async def _line(self, letter: Outgoing) -> Line:
        """An open one that may carry the letter, or a new one. Meanwhile nobody else goes home:
        the letter may come back."""
        while self.exchange.lines:
            line = self.exchange.lines.pop()
            if not line.trouble and self.lanes.may_carry(letter, line.carried):
                return line
            await self.exchange.end_line(line)
        self.opening += 1
        try:
            if self.urgent:
                await self.traffic.room()
            return await self.exchange.open_line()
        finally:
            self.opening -= 1

    def _gives_way(self) -> bool:
        return not self.urgent and self.traffic.is_wanted

    def _too_late(self) -> bool:
        late = monotonic() > self.until
        self.trouble = self.trouble or (f"not reached within {LONGEST:.0f} s" if late else "")
        return late

    def fetch(self, line: Line) -> Outgoing | None:
        letter = self.at_hand.pop(line, None)
        if letter is None and not self._gives_way() and not self._too_late():
            letter = self.lanes.take(line.carried)
        if letter is None:
            self.asking.pop(line, None)
            return None
        self.asking[line] = monotonic()
        if self.exchange.transport.paces:
            line.carried[domain_of(letter.recipient)] += 1
        return letter

    def answered(self, letter: Outgoing, seconds: float) -> None:
        self.lanes.answered(letter, seconds)
        self.changed.set()

    def put_back(self, letter: Outgoing) -> None:
        self.lanes.put_back(letter)
        self.changed.set()

    def starting(self, letter: Outgoing) -> None:
        self.witness.starting(letter)

    def tell(self, outcome: Outcome, *, blamed: bool = False) -> None:
        if outcome.verdict is Verdict.ACCEPTED:
            self.accepted += 1
            self.witness.accepted(outcome)
        self.lanes.ended(outcome, blamed=blamed)
        self.told.append(outcome)
        self.changed.set()


def _some_ahead(letters: Iterator[Outgoing]) -> Iterator[Outgoing]:
    while some := list(islice(letters, AHEAD)):
        yield from some


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
