"""A real SMTP server in a thread, that does as a test tells it."""

import asyncio
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DROP = "drop"
"""instead of a reply: the connection is closed without a word"""
LONGEST_BODY = 10_000_000

Reply = Callable[[str], str]


class Mail(NamedTuple):
    sender: str
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class MailServer:
    """`on_data` decides after the message has arrived whole; what it accepts is in `mails`. As
    strict as RFC 5321 and 2920 allow: `disorder` lists what a client may not do. `naive` servers
    say 354 to DATA though they refused the recipient. `waits`: seconds before the reply to RCPT.
    `cuts`: lines of the text after which it hangs up."""

    on_connect: Reply = lambda _n: "220 mail.test ready"
    on_mail: Reply = lambda _sender: "250 ok"
    on_rcpt: Reply = lambda _recipient: "250 ok"
    waits: Callable[[str], float] = lambda _recipient: 0
    on_body: str = "354 go on"
    cuts: Callable[[str], int | None] = lambda _recipient: None
    on_data: Reply = lambda _recipient: "250 accepted"
    login: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    starttls: bool = False
    pipelining: bool = True
    eight_bit: bool = True
    naive: bool = False
    port: int = 0
    disorder: list[str] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    logged_in: int = 0
    secured: int = 0
    talking: set[asyncio.StreamWriter] = field(default_factory=set)

    def then(self, *, on_body: str, reply: str = "250 accepted") -> str:
        """`reply`, and from now on `on_body` to DATA."""
        self.on_body = on_body
        return reply

    def hang_up(self) -> None:
        """Every connection, without a word."""
        for writer in list(self.talking):
            writer.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.talking.add(writer)
        try:
            if await self.say(writer, self.on_connect(str(self.connections))):
                await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self.talking.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = _Talk(self, reader, writer)
        while line := (await reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            answer = talk.answers.get(verb.upper())
            reply = await answer(rest) if answer else "250 ok"
            if not talk.may_hurry(verb) and reader._buffer:  # type: ignore[attr-defined]
                self.disorder.append(f"more came before the reply to {line}")
            if reply and (not await self.say(writer, reply) or reply.startswith("221")):
                return

    async def say(self, writer: asyncio.StreamWriter, reply: str) -> bool:
        if reply == DROP:
            return False
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()
        return not reply.startswith("421")

    def capabilities(self) -> str:
        offered = ["mail.test", "SIZE 10000000"]
        offered += ["STARTTLS"] if self.starttls else []
        offered += ["PIPELINING"] if self.pipelining else []
        offered += ["AUTH PLAIN"] if self.login else []
        offered += ["8BITMIME"] if self.eight_bit else []
        return "\r\n".join([*(f"250-{one}" for one in offered), "250 HELP"])

    def check_login(self, rest: str) -> str:
        _, user, password = b64decode(rest.split()[1]).decode().split("\0")
        if (user, password) != self.login:
            return "535 5.7.8 wrong password"
        self.logged_in += 1
        return "235 welcome"


class _Talk:
    """One connection's commands."""

    def __init__(
        self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.sender = ""
        self.recipient = ""
        self.wide = False
        self.answers = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "QUIT": self._quit,
        }

    def may_hurry(self, verb: str) -> bool:
        """RFC 2920: these need not be the last command of a group."""
        return self.server.pipelining and verb in ("MAIL", "RCPT", "RSET", "DATA")

    async def _ehlo(self, _rest: str) -> str:
        return self.server.capabilities()

    async def _starttls(self, _rest: str) -> str:
        await self.server.say(self.writer, "220 go on")
        assert self.server.tls is not None
        await self.writer.start_tls(self.server.tls)
        self.server.secured += 1
        return ""

    async def _auth(self, rest: str) -> str:
        return self.server.check_login(rest)

    async def _mail(self, rest: str) -> str:
        if self.sender:
            self.server.disorder.append("nested MAIL")
            return "503 5.5.1 nested MAIL"
        self.wide = "BODY=8BITMIME" in rest
        if self.wide and not self.server.eight_bit:
            return "555 5.5.4 unknown parameter"
        reply = self.server.on_mail(_address(rest))
        self.sender = _address(rest) if reply.startswith("250") else ""
        return reply

    async def _rcpt(self, rest: str) -> str:
        if not self.sender:
            return "503 5.5.1 MAIL comes first"
        await asyncio.sleep(self.server.waits(_address(rest)))
        reply = self.server.on_rcpt(_address(rest))
        self.recipient = _address(rest) if reply.startswith("250") else ""
        return reply

    async def _data(self, _rest: str) -> str:
        if not self.recipient and not (self.server.naive and self.sender):
            return "554 5.5.1 no valid recipients"
        if self.reader._buffer:  # type: ignore[attr-defined]
            self.server.disorder.append("the body came before 354")
        if not await self.server.say(self.writer, self.server.on_body):
            return DROP
        if not self.server.on_body.startswith("354"):
            return ""
        cut = self.server.cuts(self.recipient)
        if cut is not None:
            for _ in range(cut):
                await self.reader.readline()
            return DROP
        data = await self._body()
        if not self.wide and not data.isascii():
            self.server.disorder.append("8bit without a word")
        sender, recipient = self.sender, self.recipient
        await self._rset("")
        if not recipient:
            return "554 5.5.1 no valid recipients"
        reply = self.server.on_data(recipient)
        if reply.startswith("250"):
            plain = data[:-3].replace(b"\r\n..", b"\r\n.")
            self.server.mails.append(Mail(sender, recipient, plain))
        return reply

    async def _body(self) -> bytes:
        first = await self.reader.readline()
        if first == b".\r\n":
            return b"\r\n" + first
        return first + await self.reader.readuntil(b"\r\n.\r\n")

    async def _rset(self, _rest: str) -> str:
        self.sender = self.recipient = ""
        return "250 ok"

    async def _quit(self, _rest: str) -> str:
        return "221 bye"


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


@contextmanager
def running(server: MailServer, *, implicit_tls: bool = False) -> Iterator[MailServer]:
    """On a free port of 127.0.0.1, or again on `server.port`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    start = asyncio.start_server(
        server.serve,
        "127.0.0.1",
        server.port,
        ssl=server.tls if implicit_tls else None,
        limit=LONGEST_BODY,
    )
    listening = asyncio.run_coroutine_threadsafe(start, loop).result(10)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_stop(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(listening: asyncio.Server) -> None:
    listening.close()
    talks = asyncio.all_tasks() - {asyncio.current_task()}
    for talk in talks:
        talk.cancel()
    await asyncio.gather(*talks, return_exceptions=True)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A self-made certificate for 127.0.0.1: its file, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "mail.pem", folder / "mail.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return file, context
