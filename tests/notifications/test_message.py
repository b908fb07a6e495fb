"""The standard library's parser is the judge of what we write by hand."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.settings import Settings
from dondoc.words import Language
from notifications.alternative import seven_bit
from notifications.content import Rendered
from notifications.examples import example
from notifications.headers import HeaderRefused
from notifications.message import Attachment, reply_to
from notifications.rendering import NAMES, render
from tests.written import Heading, narrow, written

AT = datetime(2024, 5, 16, 1, 0, tzinfo=UTC)
LETTER = Rendered("Nhắc hạn", "Kính gửi\n", "<p>Kính gửi</p>\n")
LINE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")) | st.just(" "), max_size=200
)

ANY = st.characters(codec="utf-8")
TEXT = st.text(ANY)


def heading(**changes: object) -> Heading:
    plain = Heading(
        address="p-1@quan.example",
        reader="Bà Nguyễn Thị Hoa",
        message_id="<1@dondoc.example>",
        at=AT,
        kind="reminder",
        urgent=False,
        reply_to="",
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def settings(**changes: object) -> Settings:
    return Settings(mail_from="dondoc@quan.example", **changes)  # type: ignore[arg-type]


def parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


def decoded(data: bytes, header: str) -> str:
    """By RFC 2047: the newer parser of Python 3.11 leaves blanks between two encoded words."""
    return str(make_header(decode_header(message_from_bytes(data)[header])))


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", list(Language))
def test_every_letter_is_read_back_as_written(name: str, language: Language) -> None:
    rendered = render(example(name, language))

    data = written(heading(kind=name), rendered, settings())
    message = parsed(data)

    assert b"\n." not in data
    assert message["Subject"] == rendered.subject
    assert body(message, "plain") == rendered.text
    assert body(message, "html") == rendered.html
    assert message["X-Dondoc-Letter"] == name


def test_headers_say_who_and_that_it_is_automatic() -> None:
    message = parsed(written(heading(reply_to="noi-vu@quan.example"), LETTER, settings()))

    assert dict(message.items()) == {
        "From": "Đôn đốc <dondoc@quan.example>",
        "To": "Bà Nguyễn Thị Hoa <p-1@quan.example>",
        "Subject": "Nhắc hạn",
        "Date": "Thu, 16 May 2024 08:00:00 +0700",
        "Message-ID": "<1@dondoc.example>",
        "Reply-To": "noi-vu@quan.example",
        "List-Id": "<dondoc.quan.example>",
        "Precedence": "bulk",
        "Auto-Submitted": "auto-generated",
        "X-Dondoc-Letter": "reminder",
        "MIME-Version": "1.0",
        "Content-Transfer-Encoding": "8bit",
        "Content-Type": 'multipart/alternative; boundary="=_dondoc_alternative"',
    }


def test_receipt_is_no_bulk_mail() -> None:
    message = parsed(written(heading(urgent=True), LETTER, settings()))

    assert message["Precedence"] is None
    assert message["List-Id"] is None


def test_message_without_a_readers_name_has_the_bare_address() -> None:
    assert parsed(written(heading(reader=""), LETTER, settings()))["To"] == "p-1@quan.example"


def test_lines_are_short_ascii_and_end_in_crlf_for_a_server_without_8bitmime() -> None:
    long = Rendered("Nhắc hạn " * 17, "Kính gửi\n" * 500, "<p>Kính gửi</p>\n" * 500)
    wide = written(heading(reader="Nguyễn " * 30), long, settings())
    data = seven_bit(wide)

    assert b"8bit" in wide
    assert b"8bit" not in data

    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert data.isascii()
    assert b"\n" not in b"".join(lines)
    assert parsed(data)["Subject"] == long.subject.strip()


@pytest.mark.parametrize("bad", ["\r\nBcc: x@x.test", "\nBcc: x@x.test", "\rx", "\0"])
@pytest.mark.parametrize("field", ["reader", "message_id", "kind", "address", "reply_to"])
def test_line_break_in_any_value_is_refused(field: str, bad: str) -> None:
    with pytest.raises(HeaderRefused):
        written(heading(**{field: f"a{bad}"}), LETTER, settings())


@pytest.mark.parametrize("bad", ["\r\nBcc: x@x.test", "\n x", "\r", "\0"])
def test_line_break_in_subject_or_senders_name_is_refused(bad: str) -> None:
    with pytest.raises(HeaderRefused):
        written(heading(), LETTER._replace(subject=f"Nhắc{bad}"), settings())
    with pytest.raises(HeaderRefused):
        written(heading(), LETTER, settings(mail_from_name=f"Quận{bad}"))


@pytest.mark.parametrize(
    "address", ["", "p-1", "a b@x.test", "a@x.test, b@x.test", "<a@x.test>", "ấ@x.test", "a@b@c"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(HeaderRefused) as raised:
        written(heading(address=address), LETTER, settings())

    assert raised.value.facts == {"header": "To", "value": address}


@pytest.mark.parametrize("attachment", [None, Attachment("a.json", '{"a": "Đôn đốc"}')])
def test_message_reads_the_same_with_and_without_8bit(attachment: Attachment | None) -> None:
    """A letter that is signed is built without: the two ways to the same bytes agree."""
    wide = written(heading(), LETTER, settings(), attachment)
    small = written(heading(), LETTER, settings(), attachment, narrow)

    assert not wide.isascii()
    assert small.isascii()
    assert seven_bit(wide) == small
    assert seven_bit(small) == small
    assert body(parsed(wide), "plain") == body(parsed(small), "plain") == LETTER.text


@pytest.mark.parametrize(
    "text",
    ["a" * 999, "ế" * 400, "a\rb", "a\0b", "--=_dondoc_alternative--", "x\n--=_dondoc_mixed\ny"],
)
def test_what_smtp_or_mime_would_change_goes_in_base64(text: str) -> None:
    data = written(heading(), LETTER._replace(text=text), settings())

    assert data.isascii()
    assert body(parsed(data), "plain") == text


@given(reader=LINE, subject=LINE, text=TEXT)
def test_any_words_are_read_back(reader: str, subject: str, text: str) -> None:
    rendered = Rendered(" ".join(subject.split()), text.replace("\r", ""), "<p></p>")
    wide = written(heading(reader=" ".join(reader.split())), rendered, settings())
    data = seven_bit(wide)

    message = parsed(wide)

    assert body(parsed(data), "plain") == rendered.text
    assert message["Subject"] == rendered.subject
    assert decoded(data, "To").removesuffix(" <p-1@quan.example>") == (
        " ".join(reader.split()) or "p-1@quan.example"
    )
    assert message["To"].addresses[0].addr_spec == "p-1@quan.example"
    assert body(message, "plain") == rendered.text
    assert len(message.keys()) == len(set(message.keys())) == 11 + (b": 8bit" in wide)


def test_answers_go_to_the_only_collector() -> None:
    content = example("reminder", Language.VI)
    other = content.items[0].but({"collector_email": "other@quan.example"})

    assert reply_to(content) == "noivu.q7@example.gov.vn"
    assert reply_to(content.but({"items": (*content.items, other)})) == ""
    assert reply_to(example("digest", Language.VI)) == ""
