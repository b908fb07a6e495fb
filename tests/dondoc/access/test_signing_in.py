import hmac
import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.access.attempts import (
    PER_WHOM,
    TooMany,
    forget,
    note,
    refuse_too_many,
    take,
    too_many,
)
from dondoc.access.seal import Seal
from dondoc.access.signing_in import (
    SignInLinkWrong,
    make_link,
    sign_in_token,
    usable_link,
    use_link,
)
from dondoc.database import Database

NOW = datetime(2024, 4, 8, 2, tzinfo=UTC)
SEAL = Seal(b"test" * 8)


def test_attempts_are_counted_for_a_quarter_of_an_hour(database: Database) -> None:
    asked = {"whom": "a@b.vn", "origin": "10.0.0.1"}
    with database.writing() as session:
        for n in range(PER_WHOM):
            assert not too_many(session, "x", **asked, now=NOW)
            note(session, "x", **asked, now=NOW + timedelta(seconds=n))
            session.flush()
        with pytest.raises(TooMany):
            refuse_too_many(session, "x", **asked, now=NOW + timedelta(minutes=14, seconds=59))
        refuse_too_many(session, "y", **asked, now=NOW)
        refuse_too_many(session, "x", whom="c@d.vn", origin="10.0.0.1", now=NOW)
        refuse_too_many(session, "x", **asked, now=NOW + timedelta(minutes=15))
        forget(session, "x", "a@b.vn")
        refuse_too_many(session, "x", **asked, now=NOW)


def test_tries_in_one_moment_are_counted_one_after_the_other(database: Database) -> None:
    def tried(_number: int) -> bool:
        try:
            with database.writing() as session:
                take(session, "x", whom="a@b.vn", origin="10.0.0.1", now=NOW)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        went_through = list(pool.map(tried, range(24)))
    assert went_through.count(True) == PER_WHOM


def test_a_link_is_used_by_one_of_two(database: Database) -> None:
    with database.writing() as session:
        made = make_link(session, None, NOW)
        token = sign_in_token(SEAL, made.id)
    with database.reading() as session:
        first, second = (usable_link(session, SEAL, token, NOW) for _ in range(2))
    with database.writing() as session:
        use_link(session, first, NOW)
    with database.writing() as session, pytest.raises(SignInLinkWrong):
        use_link(session, second, NOW)


def test_another_installations_link_is_refused(sqlite: Database) -> None:
    with sqlite.writing() as session:
        made = make_link(session, None, NOW)
        assert usable_link(session, SEAL, sign_in_token(SEAL, made.id), NOW) is made
        with pytest.raises(SignInLinkWrong):
            usable_link(session, Seal(b"else" * 8), sign_in_token(SEAL, made.id), NOW)


def test_a_proof_fits_one_purpose_and_these_facts_alone() -> None:
    proof = SEAL.proof("link", 1, "23")
    assert SEAL.fits(proof, "link", 1, "23")
    assert not SEAL.fits(proof, "visit", 1, "23")
    assert not SEAL.fits(proof, "link", 12, "3")
    assert not SEAL.fits("é" + proof[1:], "link", 1, "23")


@given(st.text(), st.lists(st.text() | st.integers() | st.booleans() | st.none() | st.dates()))
def test_a_proof_is_that_of_its_facts_as_json(purpose: str, facts: list[object]) -> None:
    """Links in letters that were sent long ago must work on."""
    text = json.dumps([purpose, *facts], default=str)
    digest = hmac.new(b"test" * 8, text.encode(), sha256).digest()

    assert SEAL.proof(purpose, *facts) == urlsafe_b64encode(digest[:20]).decode().rstrip("=")
