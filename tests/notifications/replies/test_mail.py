import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, strategies

from notifications.replies.mail import Mail, has_files, read_mail
from notifications.returned.reading import read
from tests.notifications.replies.programs import LOGO, PERSON, PROGRAMS, TOOK, Sent, gmail

NAME = "Báo cáo sơ kết 6 tháng đầu năm 2024 của Ủy ban nhân dân phường Tân Phú.pdf"
PDF = b"%PDF-1.7 ... %%EOF"
SENT = Sent(to="tra-loi+7-0123456789abcdef0123@quan7.test", files=[(NAME, PDF), ("b.zip", b"PK")])


@pytest.mark.parametrize("program", PROGRAMS)
def test_answers_of_mail_programs_are_read(program: str) -> None:
    raw = PROGRAMS[program](SENT)
    mail = read_mail(raw)

    assert [(one.name, one.data) for one in mail.files] == [(NAME, PDF), ("b.zip", b"PK")]
    assert mail.sender == PERSON
    assert mail.subject == "Re: Nhắc hạn"
    assert mail.text.splitlines()[0] == "Kính gửi báo cáo."
    assert "> Kính gửi" not in mail.text
    assert mail.received_at == TOOK
    assert (mail.sealed, read(raw).own) == (False, False)


@pytest.mark.parametrize("program", PROGRAMS)
def test_names_are_decoded_whatever_their_letters_are_made_of(program: str) -> None:
    name = unicodedata.normalize("NFD", NAME)

    (file,) = read_mail(PROGRAMS[program](SENT._replace(files=[(name, PDF)]))).files

    assert unicodedata.normalize("NFC", file.name) == NAME


def test_a_logo_in_the_text_is_no_file_but_a_large_picture_is_one() -> None:
    raw = PROGRAMS["outlook"](SENT._replace(files=()))

    assert read_mail(raw).files == ()
    assert not has_files(raw)
    assert raw.count(b"image/png") == 1
    large = _parts(
        "Content-Type: image/png; name=anh.png\nContent-ID: <1>\nContent-Disposition: inline\n\n"
        + "x" * 100_001
    )
    assert [one.name for one in read_mail(large).files] == ["anh.png"]
    attached = _parts(
        "Content-Type: image/png; name=a.png\nContent-ID: <1>\n"
        f"Content-Disposition: attachment\n\n{LOGO.decode('latin-1')}"
    )
    assert [one.name for one in read_mail(attached).files] == ["a.png"]


def _parts(*parts: str, more: str = "", kind: str = "multipart/mixed") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    head = f"From: a@p1.test\nMessage-ID: <1@p1>\n{more}Content-Type: {kind}; boundary=b\n"
    return f"{head}\n{body}--b--\n".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nMII",
        b"Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n\nMII",
        _parts("Content-Type: application/pgp-encrypted\n\nVersion: 1", kind="multipart/encrypted"),
    ],
)
def test_what_is_encrypted_is_said_to_be(raw: bytes) -> None:
    assert read_mail(raw).sealed


def test_a_signed_answer_is_read_without_its_signature() -> None:
    mail = read_mail(
        _parts(
            "Content-Type: text/plain\n\nxin hỏi",
            "Content-Type: application/pkcs7-signature; name=smime.p7s\n"
            "Content-Disposition: attachment; filename=smime.p7s\n\nMII",
            kind="multipart/signed",
        )
    )

    assert (mail.sealed, mail.files, mail.text) == (False, (), "xin hỏi")


def test_a_letter_of_ours_that_comes_back_inside_is_no_file() -> None:
    ours = "Content-Type: message/rfc822\n\nSubject: x\nX-Dondoc-Letter: reminder\n\ntext"
    other = "Content-Type: message/rfc822\n\nSubject: =?utf-8?B?QsOhbyBjw6Fv?=\n\ntext"

    mail = read_mail(_parts(ours, other))

    assert [one.name for one in mail.files] == ["Báo cáo.eml"]
    assert b"text" in mail.files[0].data
    assert read(b"X-Dondoc-Letter: reminder\n\n").own


def test_a_page_without_plain_text_is_read_as_text() -> None:
    page = (
        b"Content-Type: text/html; charset=utf-8\n\n<html><head><style>p {}</style></head>"
        b"<p>Xin h&#7887;i<br>h&#7841;n</p><script>x()</script></html>"
    )

    assert read_mail(page).text == "Xin hỏi\nhạn"


@pytest.mark.parametrize(
    "header", ["", "Received: x", "Received: by m; soon", "Received: by m; Mon, 1 Apr 2024 08:00"]
)
def test_without_a_time_with_its_zone_there_is_none(header: str) -> None:
    raw = f"{header}\nReceived: by m; Mon, 1 Apr 2024 08:00:00 +0700\n\n".encode()

    expected = datetime(2024, 4, 1, 1, tzinfo=UTC) if not header else None
    assert read_mail(raw.lstrip(b"\n")).received_at == expected


def test_the_date_header_is_no_evidence() -> None:
    assert read_mail(b"Date: Mon, 1 Apr 2024 08:00:00 +0700\n\nx").received_at is None


def test_the_same_message_has_the_same_key() -> None:
    one = read_mail(gmail(SENT))

    assert read_mail(gmail(SENT._replace(took="Tue, 2 Apr 2024 10:00:00 +0700"))).key == one.key
    assert read_mail(gmail(SENT._replace(number="2"))).key != one.key
    assert read_mail(b"\n\nx").key != read_mail(b"\n\ny").key


def test_a_subject_in_an_old_code_page_is_read_somehow() -> None:
    raw = "Subject: B¸o c¸o s¬ kÕt\n\nx".encode("latin-1", "replace")

    assert read_mail(raw).subject.startswith("B¸o c¸o")


PIECES = strategies.sampled_from(
    [
        b"From: =?utf-8?B?!!?= <a",
        b"Subject: =?x-unknown?Q?=80?=\n",
        b"Received: by x; Mon, 99 Foo 99999 99:99:99 +9999\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: text/plain; charset=utf-99\n\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff%00; filename*2=x\n",
        b"Content-Disposition: attachment; filename*=nothing'%zz\n",
        b"Content-Transfer-Encoding: base64\n\n$$$",
        b"Content-Transfer-Encoding: uuencode\n\nbegin 644 x\n!!!",
        b"--b\n",
        b"--b--\n",
        b"\x00\xff\xfe",
        b"\r",
        b"\n",
    ]
)


@given(strategies.lists(PIECES | strategies.binary(max_size=20), max_size=30).map(b"".join))
@example(b"Content-Type: multipart/mixed; boundary=\n\n--\n\n")
@example(b"From: a@b\r\nTo: \xff\xfe\r\n\r\n\x00")
def test_any_bytes_are_read_somehow(raw: bytes) -> None:
    mail = read_mail(raw)

    assert isinstance(mail, Mail)
    read(raw)
    for text in (mail.subject, mail.sender, mail.text, *(one.name for one in mail.files)):
        assert text.encode("utf-8").decode() == text
        assert "\x00" not in text
