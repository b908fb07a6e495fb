"""Answers as mail programs write them: where the text stands, how a file is named, what else there
is besides."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from quopri import encodestring
from typing import NamedTuple
from urllib.parse import quote

from tests.cast import local

PERSON = "p-1@quan.example"
TOOK = local(2024, 4, 2, 9)
LOGO = b"\x89PNG\r\n\x1a\n" + b"logo" * 50
CUT = 20
"""bytes of an encoded word: characters are cut in two on the way"""


class Sent(NamedTuple):
    """What somebody wrote: to a reply path, about a subject, with files by name."""

    to: str
    subject: str = "Re: Nhắc hạn"
    text: str = "Kính gửi báo cáo."
    files: Sequence[tuple[str, bytes]] = ()
    sender: str = PERSON
    number: str = "1"
    took: str = ""
    more: str = ""


Program = Callable[[Sent], bytes]


def received(at: str = "") -> str:
    at = at or format_datetime(TOOK)
    return (
        "Received: from mx.p1.test (mx.p1.test [192.0.2.7])\n"
        f"\tby mail.quan7.test (Postfix) with ESMTPS id 4V7;\n\t{at}\n"
        "Received: from [10.0.0.9] by mx.p1.test; Sun, 1 Jan 2023 00:00:00 +0700\n"
    )


def _head(sent: Sent, kind: str, program: str, subject: str) -> str:
    return (
        f"Return-Path: <{sent.sender}>\nDelivered-To: {sent.to}\n{received(sent.took)}"
        f"From: {_encoded('Chuyên viên P1')} <{sent.sender}>\nTo: <{sent.to}>\n"
        f"Subject: {subject}\nMessage-ID: <{sent.number}@{program}>\n"
        f"Date: Mon, 1 Jan 2001 00:00:00 +0700\nMIME-Version: 1.0\n{sent.more}"
        f"Content-Type: {kind}\n"
    )


def _encoded(text: str) -> str:
    """RFC 2047, cut by bytes as some do."""
    data = text.encode()
    cut = [data[n : n + CUT] for n in range(0, len(data), CUT)]
    return "\n ".join(f"=?UTF-8?B?{b64encode(one).decode()}?=" for one in cut)


def _quoted(text: str) -> str:
    words = encodestring(text.encode(), header=True).decode().replace("=\n", "")
    return f"=?utf-8?Q?{words}?="


def _lines(data: bytes) -> str:
    text = b64encode(data).decode()
    return "\n".join(text[n : n + 76] for n in range(0, len(text), 76))


def _kind(name: str) -> str:
    known = {"pdf": "application/pdf", "zip": "application/zip"}
    return known.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def gmail(sent: Sent) -> bytes:
    """Files have a Content-ID here, though nothing refers to them."""
    body = (
        '--m\nContent-Type: multipart/alternative; boundary="a"\n\n'
        f'--a\nContent-Type: text/plain; charset="UTF-8"\n\n{sent.text}\n\n'
        "Vào Th 2, 1 thg 4, 2024 vào lúc 08:00 Đôn đốc <thidua@quan7.test>\nđã viết:\n"
        f"> Kính gửi\n\n--a\nContent-Type: text/html; charset=UTF-8\n\n<p>{sent.text}</p>\n--a--\n"
    )
    for number, (name, data) in enumerate(sent.files):
        body += (
            f'--m\nContent-Type: {_kind(name)}; name="{_encoded(name)}"\n'
            f'Content-Disposition: attachment; filename="{_encoded(name)}"\n'
            "Content-Transfer-Encoding: base64\n"
            f"X-Attachment-Id: f_{number}\nContent-ID: <f_{number}>\n\n{_lines(data)}\n"
        )
    head = _head(sent, 'multipart/mixed; boundary="m"', "mail.gmail.com", _encoded(sent.subject))
    return f"{head}\n{body}--m--\n".encode()


def outlook(sent: Sent) -> bytes:
    """A signature's logo inside the page; names in the charset of the office."""
    body = (
        '--m\nContent-Type: multipart/related; boundary="r"; type="multipart/alternative"\n\n'
        '--r\nContent-Type: multipart/alternative; boundary="a"\n\n'
        "--a\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: base64\n\n{_lines(sent.text.encode())}\n"
        f'--a\nContent-Type: text/html; charset="utf-8"\n\n<html><p>{sent.text}</p>'
        '<img src="cid:image001.png@01DA"></html>\n--a--\n'
        '--r\nContent-Type: image/png; name="image001.png"\nContent-Description: image001.png\n'
        'Content-Disposition: inline; filename="image001.png"; size=208\n'
        "Content-ID: <image001.png@01DA>\nContent-Transfer-Encoding: base64\n\n"
        f"{_lines(LOGO)}\n--r--\n"
    )
    for name, data in sent.files:
        body += (
            f'--m\nContent-Type: {_kind(name)};\n name="{_quoted(name)}"\n'
            f"Content-Description: {_quoted(name)}\nContent-Disposition: attachment;\n"
            f' filename="{_quoted(name)}"; size={len(data)};\n'
            ' creation-date="Mon, 01 Apr 2024 02:00:00 GMT"\n'
            f"Content-Transfer-Encoding: base64\n\n{_lines(data)}\n"
        )
    head = _head(sent, 'multipart/mixed;\n boundary="m"', "outlook.test", _quoted(sent.subject))
    return f"{head}\n{body}--m--\n".replace("\n", "\r\n").encode()


def thunderbird(sent: Sent) -> bytes:
    """RFC 2231, in pieces."""
    body = (
        "--m\nContent-Type: text/plain; charset=UTF-8; format=flowed\n"
        f"Content-Transfer-Encoding: 8bit\n\n{sent.text}\n\nOn 4/1/24 08:00, Đôn đốc wrote:\n"
        "> Kính gửi\n\n"
    )
    for name, data in sent.files:
        pieces = [quote(name[n : n + 12]) for n in range(0, len(name), 12)]
        said = "".join(
            f" filename*{n}*={'UTF-8' + chr(39) * 2 if n == 0 else ''}{piece};\n"
            for n, piece in enumerate(pieces)
        )
        body += (
            f'--m\nContent-Type: {_kind(name)}; name="{_encoded(name)}"\n'
            f"Content-Disposition: attachment;\n{said.rstrip(';' + chr(10))}\n"
            f"Content-Transfer-Encoding: base64\n\n{_lines(data)}\n"
        )
    head = _head(sent, 'multipart/mixed; boundary="m"', "p1.test", _encoded(sent.subject))
    return f"{head}\n{body}--m--\n".encode()


def iphone(sent: Sent) -> bytes:
    """Files stand between two halves of the text and say that they are inline."""
    body = f"--Apple\nContent-Type: text/plain;\n\tcharset=utf-8\n\n{sent.text}\n"
    for name, data in sent.files:
        body += (
            f"--Apple\nContent-Type: {_kind(name)};\n\tname*=utf-8''{quote(name)};\n"
            "\tx-apple-part-url=1F\n"
            f"Content-Disposition: inline;\n\tfilename*=utf-8''{quote(name)}\n"
            f"Content-Transfer-Encoding: base64\n\n{_lines(data)}\n"
        )
    body += (
        "--Apple\nContent-Type: text/plain;\n\tcharset=us-ascii\n\n\n\nSent from my iPhone\n"
        "--Apple--\n"
    )
    head = _head(sent, "multipart/mixed; boundary=Apple", "icloud.test", _encoded(sent.subject))
    return f"{head}\n{body}".encode()


def zimbra(sent: Sent) -> bytes:
    """Names as bare bytes, decomposed as macOS keeps them."""
    body = (
        '--m\nContent-Type: multipart/alternative; boundary="a"\n\n'
        f"--a\nContent-Type: text/plain; charset=utf-8\n\n{sent.text}\n"
        f"--a\nContent-Type: text/html; charset=utf-8\n\n<div>{sent.text}</div>\n--a--\n"
    )
    for name, data in sent.files:
        body += (
            f'--m\nContent-Type: {_kind(name)}; name="{name}"\n'
            f'Content-Disposition: attachment; filename="{name}"\n'
            f"Content-Transfer-Encoding: base64\n\n{_lines(data)}\n"
        )
    head = _head(sent, 'multipart/mixed; boundary="m"', "zimbra.test", sent.subject)
    return f"{head}\n{body}--m--\n".encode()


PROGRAMS: dict[str, Program] = {
    "gmail": gmail,
    "outlook": outlook,
    "thunderbird": thunderbird,
    "iphone": iphone,
    "zimbra": zimbra,
}
