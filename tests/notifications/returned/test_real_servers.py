"""Postfix takes the letters and returns one; Dovecot has the mailbox it comes back to."""

import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from dondoc.database import Database
from dondoc.tables import Contact, Letter, LetterState
from notifications.opening import write_returning
from notifications.returned.gathering import Gathered, gather
from notifications.smtp import SmtpTransport, greeting
from tests.mail_server import certificate
from tests.notifications.returned import dovecot, postfix
from tests.notifications.returned.test_gathering import BACK, LAUNCH, T_MINUS_14
from tests.office import Office

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("postfix") is None or dovecot.program() is None or os.geteuid() != 0,
        reason="Postfix and Dovecot are not both installed, or not run by root",
    ),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the servers' own users may enter."""
    with tempfile.TemporaryDirectory(prefix="dondoc-mail-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        certificate(folder)
        (folder / "people").mkdir(mode=0o777)
        (folder / "people").chmod(0o777)
        yield folder


@pytest.fixture
def office(sqlite: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    mail = pwd.getpwnam("mail")
    with (
        dovecot.serving(folder) as (_, imaps),
        postfix.serving(folder, bounce=dovecot.USER, uid=mail.pw_uid, gid=mail.pw_gid) as port,
    ):
        box = f"imaps://{dovecot.USER}@127.0.0.1:{imaps}/INBOX"
        for name, value in {
            "MAIL": "smtp",
            "MAIL_FROM": f"thidua@{postfix.OFFICE}",
            "SMTP_PORT": str(port),
            "SMTP_CA_FILE": str(folder / "mail.pem"),
            "BOUNCE_ADDRESS": f"{dovecot.USER}@{postfix.OFFICE}",
            "BOUNCE_MAILBOX": box,
            "BOUNCE_PASSWORD": dovecot.PASSWORD,
        }.items():
            monkeypatch.setenv(f"DONDOC_{name}", value)
        office = Office(sqlite)
        transport = SmtpTransport(office.settings)
        write = write_returning(office.settings)
        office.post = replace(office.post, transport=transport, write=write)
        yield office
        transport.hang_up()


def until(true: Callable[[], object], log: Callable[[], str] = str) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end, log()
        time.sleep(0.1)


def moves(office: Office, seat: str, address: str) -> None:
    with office.database.writing() as session:
        session.execute(update(Contact).where(Contact.email == seat).values(email=address))


def test_a_letter_that_comes_back_is_found_out(office: Office, folder: Path) -> None:
    assert "TLS" in greeting(office.settings)
    moves(office, "p-1@quan.example", f"p-1@{postfix.GONE}")
    moves(office, "p-2@quan.example", f"p-2@{postfix.UNITS}")
    office.launch(at=LAUNCH)
    office.beat(T_MINUS_14)
    people, returned = folder / "people" / "new", folder / "mail" / "new"

    until(lambda: people.exists() and list(people.iterdir()))
    until(lambda: returned.exists() and list(returned.iterdir()), (folder / "maillog").read_text)
    (arrived,) = people.iterdir()
    assert b"Auto-Submitted: auto-generated" in arrived.read_bytes()
    assert gather(office.database, office.settings, now=BACK) == Gathered(refused=1)
    assert gather(office.database, office.settings, now=BACK) == Gathered()

    with office.database.reading() as session:
        letters = select(Letter).where(Letter.domain == postfix.GONE)
        letter = session.scalars(letters).one()
        assert letter.state is LetterState.FAILED
        assert "bị trả lại: 5.1.1 no such mailbox" in (letter.answer or "")
    assert office.verdicts("p-1")["T-14"] == ("failed", "bounced")
    assert office.verdicts("p-2")["T-14"] == ("sent", None)
