from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest

from dondoc.database import Database
from notifications.beat import beat
from notifications.dkim import make_keys
from notifications.opening import open_post
from tests.office import Office

LAUNCH = datetime(2024, 1, 9, 2, tzinfo=UTC)
REMINDED = datetime(2024, 4, 1, 1, 30, tzinfo=UTC)


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    monkeypatch.setenv("DONDOC_DATA", str(tmp_path))
    monkeypatch.setenv("DONDOC_MAIL_FROM", "thidua@quan7.test")
    made = Office(database)
    made.launch(at=LAUNCH)
    return made


def _letters(office: Office) -> list[bytes]:
    post = open_post(office.settings, office.database, office.hours)
    beat(replace(post, clock=None), REMINDED)
    return [path.read_bytes() for path in sorted(office.settings.data.rglob("*.eml"))]


def test_with_keys_every_letter_is_signed_and_seven_bits_wide(office: Office) -> None:
    records = {f"{key.name}.".encode(): key.record.encode() for key in make_keys(office.settings)}

    letters = _letters(office)

    assert letters
    for letter in letters:
        assert letter.isascii()
        for at in range(2):
            verifier = dkim.DKIM(letter)
            assert verifier.verify(idx=at, dnsfunc=lambda name, timeout=5: records.get(name))


def test_without_keys_no_letter_is_signed(office: Office) -> None:
    letters = _letters(office)

    assert letters
    assert not any(b"DKIM-Signature" in letter for letter in letters)
