from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, given, settings, strategies

from dondoc.settings import Settings
from notifications.content import Rendered
from notifications.dkim import MailKey, MailKeyWrong, key_folder, keys, make_keys, signatures
from notifications.opening import signing
from tests.written import Heading, written

RENDERED = Rendered(subject="Đôn đốc nộp báo cáo", text="Kính gửi\n", html="<p>Kính gửi</p>\n")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data=tmp_path_factory.mktemp("data"), mail_from="thidua@quan7.test")
    make_keys(made)
    return made


def _letter(
    office: Settings,
    by: tuple[MailKey, ...],
    *,
    reader: str = "Bà Lê",
    rendered: Rendered = RENDERED,
) -> bytes:
    heading = Heading(
        address="vp@p1.test",
        reader=reader,
        message_id="1.abc@quan7.test",
        at=datetime(2024, 4, 1, 1, tzinfo=UTC),
        kind="reminder",
        urgent=False,
        reply_to="",
    )
    return written(heading, rendered, office, sign=partial(signatures, by=by))


def _believed(message: bytes, by: tuple[MailKey, ...]) -> list[bool]:
    """What dkimpy, a receiver's library, says of each signature."""
    records = {f"{key.name}.".encode(): key.record.encode() for key in by}
    return [_one_is(message, at, records) for at in range(len(by))]


def _one_is(message: bytes, at: int, records: dict[bytes, bytes]) -> bool:
    verifier = dkim.DKIM(message)
    try:
        return bool(verifier.verify(idx=at, dnsfunc=lambda name, timeout=5: records.get(name)))
    except dkim.DKIMException:
        return False


def test_a_new_installation_signs_nothing(tmp_path: Path) -> None:
    office = Settings(data=tmp_path, mail_from="thidua@quan7.test")

    assert keys(office) == ()
    assert signing(office) is None


def test_both_keys_are_made_once_and_stay(office: Settings) -> None:
    found = keys(office)

    assert [key.name for key in found] == [
        "dondoc-ed25519._domainkey.quan7.test",
        "dondoc-rsa._domainkey.quan7.test",
    ]
    assert [key.record for key in make_keys(office)] == [key.record for key in found]


def test_an_ed25519_signature_is_what_openssl_makes(office: Settings) -> None:
    (mail_key,) = (key for key in keys(office) if key.algorithm == "ed25519")
    pem = (key_folder(office) / "ed25519.pem").read_bytes()
    openssl = load_pem_private_key(pem, password=None)

    assert isinstance(openssl, Ed25519PrivateKey)
    for hashed in (b"", b"\0" * 32, bytes(range(32))):
        assert mail_key.sign(hashed) == openssl.sign(hashed)


def test_a_letter_is_believed_under_both_keys(office: Settings) -> None:
    letter = _letter(office, keys(office))

    assert _believed(letter, keys(office)) == [True, True]
    assert max(map(len, letter.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"From: ", b"From: X"),
        (b"vp@p1.test", b"vp@p2.test"),
        (b"Auto-Submitted: auto-generated", b"Auto-Submitted: no"),
        (b"PHA+", b"PHB+"),
        (b"To: ", b"From: boss@quan7.test\r\nTo: "),
        (b"To: ", b"Reply-To: thief@elsewhere.test\r\nTo: "),
    ],
)
def test_a_changed_letter_is_not_believed(office: Settings, was: bytes, becomes: bytes) -> None:
    letter = _letter(office, keys(office))
    assert was in letter

    assert _believed(letter.replace(was, becomes, 1), keys(office)) == [False, False]


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    reader=strategies.text(
        strategies.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=80
    ),
    lines=strategies.lists(strategies.text(max_size=90), max_size=6),
    ending=strategies.sampled_from(["", "\n", "\n\n\n"]),
)
def test_any_name_and_text_is_believed(
    office: Settings, reader: str, lines: list[str], ending: str
) -> None:
    text = "\n".join(lines) + ending
    rendered = Rendered(subject="Nhắc hạn", text=text, html=f"<p>{text}</p>")
    quick = keys(office)[:1]

    letter = _letter(office, quick, reader=reader, rendered=rendered)

    assert _believed(letter, quick) == [True]


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\r\n\r\n\r\n", b"a", b"a \r\n \r\n"])
def test_a_body_is_signed_however_it_ends(office: Settings, tail: bytes) -> None:
    subject, rest = "Subject:  a \t b \r\n \tc\r\n", "Precedence: bulk\r\nMIME-Version: 1.0\r\n"
    fields, body = (
        ("From: a@quan7.test\r\n", subject, rest),
        b"Content-Type: text/plain\r\n\r\n" + tail,
    )
    message = signatures(fields, body, keys(office)) + "".join(fields).encode() + body

    assert _believed(message, keys(office)) == [True, True]


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_broken_key_is_named(tmp_path: Path, content: bytes) -> None:
    office = Settings(data=tmp_path, mail_from="thidua@quan7.test")
    key_folder(office).mkdir()
    (key_folder(office) / "rsa.pem").write_bytes(content)

    with pytest.raises(MailKeyWrong) as wrong:
        keys(office)

    assert wrong.value.facts["file"] == key_folder(office) / "rsa.pem"
