import re
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import dns.zone
import pytest
from typer.testing import CliRunner

from cli.mail_checkup import mail_checkup, records, txt
from cli.main import app
from dondoc.settings import Settings
from notifications.dkim import make_keys

RECORDS = {
    "quan7.test.": ["google-site-verification=1", "v=spf1 mx -all"],
    "long.test.": ["v=DKIM1; k=rsa; p=" + "A" * 400],
    "zone.test.": [],
}
ZONE: dict[str, list[str]] = {}
"""What stands in a zone file after TXT."""


class NameServer(threading.Thread):
    """Answers TXT questions from RECORDS over UDP."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket(AF_INET, SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])

    def run(self) -> None:
        while True:
            wire, client = self.socket.recvfrom(4096)
            if not wire:
                return
            self.socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA | dns.flags.RA
        name = query.question[0].name
        texts = RECORDS.get(str(name))
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return answer
        quoted = ZONE.get(str(name)) or [
            " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
            for text in texts
        ]
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        return answer


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    server = NameServer()
    server.start()
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port = ["127.0.0.1"], server.port
    yield made
    server.socket.sendto(b"", ("127.0.0.1", server.port))
    server.join(5)
    server.socket.close()


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, mail_from="thidua@quan7.test", smtp_host="mail.quan7.test")


def test_the_texts_of_a_name_are_found(resolver: dns.resolver.Resolver) -> None:
    assert sorted(txt("quan7.test", resolver) or ()) == RECORDS["quan7.test."]
    assert txt("long.test", resolver) == RECORDS["long.test."]
    assert txt("nothing.test", resolver) == []


def test_what_is_printed_is_what_a_zone_file_wants_and_is_read_back(
    office: Settings, resolver: dns.resolver.Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The RSA record is longer than one string of the DNS may be."""
    rsa = next(one for one in records(office, make_keys(office)) if "k=rsa" in one.text)
    assert len(rsa.text) > 255

    zone = dns.zone.from_text(
        f"$TTL 60\n{rsa.zone_line}\n", "test.", relativize=False, check_origin=False
    )
    (record,) = zone.find_rdataset(f"{rsa.name}.", "TXT")
    monkeypatch.setitem(ZONE, "zone.test.", [record.to_text()])

    assert [len(one) <= 255 for one in record.strings] == [True, True]
    assert txt("zone.test", resolver) == [rsa.text]
    (finding,) = mail_checkup([rsa], lambda _: txt("zone.test", resolver))
    assert finding.well


def test_a_short_record_is_one_string(office: Settings) -> None:
    spf = records(office, ())[0]

    assert spf.zone_line == 'quan7.test.  IN TXT  "v=spf1 mx a:mail.quan7.test ~all"'


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (["v=spf1 -all", "v=spf1 mx ~all"], "there are 2 records at quan7.test"),
        (["v=spf2.0/pra mx"], "there is no record at quan7.test"),
        (['"v=spf1 mx ~all"'], "there is no record at quan7.test"),
    ],
)
def test_what_receivers_cannot_use_is_not_well(
    office: Settings, published: list[str], said: str
) -> None:
    finding, _no_keys = mail_checkup(records(office, ())[:1], lambda _: published)

    assert not finding.well
    assert finding.said.en.startswith(said)


def test_a_key_that_was_pasted_with_its_quotes_is_not_well(office: Settings) -> None:
    rsa = next(one for one in records(office, make_keys(office)) if "k=rsa" in one.text)
    pasted = rsa.zone_line.partition("( ")[2].removesuffix(" )").strip('"')

    (finding,) = mail_checkup([rsa], lambda _: [pasted])

    assert not finding.well
    assert finding.said.en.startswith(f"{rsa.name} says: v=DKIM1")


def test_a_closed_network_answers_nothing() -> None:
    silent = dns.resolver.Resolver(configure=False)
    silent.nameservers, silent.port = ["127.0.0.1"], 1

    assert txt("quan7.test", silent) is None


def test_without_keys_and_records_everything_is_asked_for(office: Settings) -> None:
    needed = records(office, ())
    findings = mail_checkup(needed, lambda _: [])

    assert [finding.what.en for finding in findings] == [
        "SPF",
        "DMARC",
        "Keys that sign letters (DKIM)",
    ]
    assert not any(finding.well for finding in findings)
    assert (needed[0].name, needed[0].text) == ("quan7.test", "v=spf1 mx a:mail.quan7.test ~all")


def test_what_is_published_is_well(office: Settings) -> None:
    made = make_keys(office)
    published = {key.name: [key.record.replace("p=", "p= ")] for key in made}
    published |= {"quan7.test": RECORDS["quan7.test."], "_dmarc.quan7.test": ["v=DMARC1; p=reject"]}

    findings = mail_checkup(records(office, made), lambda name: published.get(name, []))

    assert [(finding.said.en, finding.well) for finding in findings] == [
        ("v=spf1 mx -all", True),
        (published[made[0].name][0], True),
        (published[made[1].name][0], True),
        ("v=DMARC1; p=reject", True),
    ]


def test_an_older_key_in_the_dns_is_shown(office: Settings) -> None:
    made = make_keys(office)

    found = mail_checkup(records(office, made), lambda _: ["v=DKIM1; k=rsa; p={old}"])

    assert found[0].said.en == "there is no record at quan7.test"
    assert found[1].said.en == f"{made[0].name} says: v=DKIM1; k=rsa; p={{old}}"


def test_a_closed_network_leaves_only_notes(office: Settings) -> None:
    found = mail_checkup(records(office, make_keys(office)), lambda _: None)

    assert [(finding.note, finding.well) for finding in found] == [(True, True)] * 4


@pytest.mark.parametrize(
    ("host", "record"),
    [
        ("127.0.0.1", "v=spf1 mx ~all"),
        ("localhost", "v=spf1 mx ~all"),
        ("10.1.2.3", "v=spf1 mx ip4:10.1.2.3 ~all"),
        ("2001:db8::1", "v=spf1 mx ip6:2001:db8::1 ~all"),
    ],
)
def test_the_server_that_sends_stands_in_spf(host: str, record: str, tmp_path: Path) -> None:
    office = Settings(data=tmp_path, mail_from="a@quan7.test", smtp_host=host)

    assert records(office, ())[0].text == record


def test_the_command_makes_keys_and_prints_what_to_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_MAIL_FROM", "a@quan7.invalid")
    monkeypatch.setenv("COLUMNS", "600")
    monkeypatch.setenv("DONDOC_DATA", str(tmp_path))

    said = CliRunner().invoke(app, ["doctor", "mail", "--make-keys"]).output

    assert "dondoc-rsa._domainkey.quan7.invalid.  IN TXT  ( " in said
    assert max(len(line) for line in re.findall('"([^"]*)"', said)) == 255
    assert "255" in said.splitlines()[-1]
    assert sorted(path.name for path in (tmp_path / "dkim").iterdir()) == ["ed25519.pem", "rsa.pem"]
