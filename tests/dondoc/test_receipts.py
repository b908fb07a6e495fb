import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.receipts import (
    Authenticity,
    KeyReplaced,
    NotAReceipt,
    canonical,
    receipt_text,
    verify,
)
from dondoc.signing import open_signer
from dondoc.tables import Receipt


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, Any]:
    """A receipt file, opened."""
    signer = open_signer(tmp_path / "data")
    body = canonical({"key": signer.fingerprint, "unit": {"name": "Phường Một"}})
    receipt = Receipt(number="2024-000001", body=body, signature=signer.sign(body))
    text: dict[str, Any] = json.loads(receipt_text(receipt, signer))
    return text


def test_genuine_for_the_key_that_is_trusted(tmp_path: Path, kept: dict[str, Any]) -> None:
    signer = open_signer(tmp_path / "data")
    text = json.dumps(kept)

    for trusted in (signer.public_key, signer.fingerprint):
        assert verify(text, trusted=trusted).authenticity is Authenticity.GENUINE
    assert verify(text).authenticity is Authenticity.INTACT


def test_another_installations_receipt_is_told_from_an_altered_one(
    tmp_path: Path, kept: dict[str, Any]
) -> None:
    other = open_signer(tmp_path / "other")
    altered = {**kept, "body": kept["body"].replace("Một", "Hai")}
    resigned = {**altered, "signature": other.sign(altered["body"])}
    reissued = {**resigned, "public_key": other.public_key}

    assert verify(json.dumps(kept), trusted=other.public_key).authenticity is Authenticity.FOREIGN
    assert verify(json.dumps(altered)).authenticity is Authenticity.ALTERED
    assert verify(json.dumps(resigned)).authenticity is Authenticity.ALTERED
    assert verify(json.dumps(reissued)).authenticity is Authenticity.ALTERED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"dondoc_receipt": 1}',
        '{"dondoc_receipt": 1, "body": 1, "signature": "", "public_key": ""}',
        '{"dondoc_receipt": 1, "body": "{}", "signature": "", "public_key": ""}',
        '{"dondoc_receipt": 1, "body": "{}", "signature": "ü", "public_key": "ü"}',
        "[" * 100_000,
        "x" * 2_000_000,
    ],
)
def test_anything_else_is_not_a_receipt(text: str) -> None:
    with pytest.raises(NotAReceipt):
        verify(text)


@given(place=st.integers(min_value=0), letter=st.characters(exclude_categories=["Cs"]))
def test_no_letter_of_the_body_can_change(
    tmp_path_factory: pytest.TempPathFactory, place: int, letter: str
) -> None:
    signer = open_signer(tmp_path_factory.getbasetemp() / "one-key")
    body = canonical({"key": signer.fingerprint, "late_days": 3})
    place %= len(body)
    changed = body[:place] + letter + body[place + 1 :]
    text = json.dumps(
        {
            "dondoc_receipt": 1,
            "body": changed,
            "signature": signer.sign(body),
            "public_key": signer.public_key,
        }
    )

    assert (outcome(text) is Authenticity.INTACT) is (changed == body)


def outcome(text: str) -> Authenticity | None:
    try:
        return verify(text).authenticity
    except NotAReceipt:
        return None


def test_a_receipt_is_never_shown_with_a_key_that_did_not_sign_it(
    tmp_path: Path, kept: dict[str, Any]
) -> None:
    receipt = Receipt(number="2024-000001", body=kept["body"], signature=kept["signature"])

    with pytest.raises(KeyReplaced):
        receipt_text(receipt, open_signer(tmp_path / "other"))


@given(
    st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=5),
)
def test_the_same_facts_give_the_same_text(facts: dict[str, Any]) -> None:
    assert canonical(facts) == canonical(dict(reversed(facts.items())))
    assert json.loads(canonical(facts)) == facts
