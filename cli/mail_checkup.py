"""What receivers of our letters look up in the DNS: SPF (RFC 7208), DKIM (RFC 6376), DMARC
(RFC 7489). A closed network answers nothing; the records are then printed for those who publish
them."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import NamedTuple

import dns.exception
import dns.resolver

from cli.finding import Finding
from dondoc.settings import Settings
from dondoc.words import Words
from notifications.dkim import MailKey

DNS_SECONDS = 3.0
LONGEST = 255
"""characters of one string of a TXT record (RFC 1035, 3.3); receivers join them with nothing
between (RFC 6376, 3.6.2.2; RFC 7208, 3.3)"""
SPF = Words("SPF", "SPF")
DKIM = Words("DKIM ({algorithm})", "DKIM ({algorithm})")
DMARC = Words("DMARC", "DMARC")
KEYS = Words("Khóa ký thư (DKIM)", "Keys that sign letters (DKIM)")
PUBLISH = Words(
    "Nhờ nơi quản trị tên miền công bố bản ghi TXT ghi ở dưới.",
    "Ask whoever runs the domain to publish the TXT record below.",
)
UNHEARD = Words("chưa hỏi được DNS", "the DNS could not be asked")
MISSING = Words("chưa có bản ghi ở {name}", "there is no record at {name}")
TWICE = Words(
    "có {n} bản ghi ở {name}, nơi nhận coi như hỏng: {found}",
    "there are {n} records at {name}, which receivers take for an error: {found}",
)
OTHER = Words("{name} đang ghi: {found}", "{name} says: {found}")
NO_KEYS = Words("thư chưa được ký", "letters are not signed")
MAKE = Words("Chạy `dondoc doctor mail --make-keys`.", "Run `dondoc doctor mail --make-keys`.")

LookUp = Callable[[str], Sequence[str] | None]
"""The TXT records of a name; None where the DNS does not answer."""


def txt(name: str, resolver: dns.resolver.Resolver | None = None) -> list[str] | None:
    try:
        resolver = resolver or dns.resolver.Resolver()
        answer = resolver.resolve(name, "TXT", lifetime=DNS_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        return None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


class Record(NamedTuple):
    """`sign` is what the right record cannot be without; the rest is the domain's own choice."""

    what: Words
    name: str
    text: str
    sign: str

    @property
    def kind(self) -> str:
        """How it begins, which tells it from other texts of the name."""
        return self.text.partition(";")[0].partition(" ")[0]

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONGEST

    @property
    def zone_line(self) -> str:
        """As a zone file has it (RFC 1035, 5.1)."""
        strings = [f'"{self.text[at : at + LONGEST]}"' for at in range(0, len(self.text), LONGEST)]
        said = f"( {' '.join(strings)} )" if self.is_long else strings[0]
        return f"{self.name}.  IN TXT  {said}"

    def is_in(self, text: str) -> bool:
        """However it is spaced."""
        plain = "".join(text.split())
        return plain.startswith(self.kind) and self.sign in (self.kind, *plain.split(";"))


def records(settings: Settings, keys: Sequence[MailKey]) -> list[Record]:
    """The TXT records this installation needs, in the order in which they are set up."""
    domain = settings.mail_from.rpartition("@")[2]
    policy = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    signing = [
        Record(DKIM.filled(algorithm=key.algorithm), key.name, key.record, f"p={key.public}")
        for key in keys
    ]
    return [
        Record(SPF, domain, _spf(settings.smtp_host), "v=spf1"),
        *signing,
        Record(DMARC, f"_dmarc.{domain}", policy, "v=DMARC1"),
    ]


def mail_checkup(needed: Sequence[Record], look_up: LookUp) -> list[Finding]:
    findings = [_published(record, look_up(record.name)) for record in needed]
    if not any(record.text.startswith("v=DKIM1") for record in needed):
        findings.append(Finding(what=KEYS, said=NO_KEYS, mend=MAKE))
    return findings


def _published(record: Record, found: Sequence[str] | None) -> Finding:
    if found is None:
        return Finding(what=record.what, said=UNHEARD, mend=PUBLISH, note=True)
    alike = [text for text in found if text.startswith(record.kind)]
    right = next((text for text in alike if record.is_in(text)), None)
    if right is not None and len(alike) == 1:
        return Finding(what=record.what, said=Words(right, right))
    said = MISSING if not alike else OTHER if right is None else TWICE
    facts = {"name": record.name, "found": "; ".join(alike), "n": len(alike)}
    return Finding(what=record.what, said=said.filled(**facts), mend=PUBLISH)


def _spf(host: str) -> str:
    """The domain's own servers, and the one that takes our letters."""
    try:
        address = ip_address(host)
    except ValueError:
        return "v=spf1 mx ~all" if host == "localhost" else f"v=spf1 mx a:{host} ~all"
    if address.is_loopback:
        return "v=spf1 mx ~all"
    return f"v=spf1 mx ip{address.version}:{address} ~all"
