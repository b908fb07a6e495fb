"""Reports as mail servers write them, and what each must be read as."""

from typing import NamedTuple

from notifications.returned.reading import Kind

PATH = "bounce+7-0123456789abcdef0123@quan7.test"


class Case(NamedTuple):
    name: str
    raw: str
    kind: Kind
    status: str = ""
    recipient: str = ""


def report(status: str, action: str = "failed", diagnostic: str = "", *, more: str = "") -> str:
    """A report by RFC 3464."""
    said = f"Diagnostic-Code: smtp; {diagnostic}\n" if diagnostic else ""
    return f"""From: MAILER-DAEMON@mail.test
To: {PATH}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered to one or more recipients.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test
Arrival-Date: Mon, 1 Apr 2024 08:00:03 +0700

Final-Recipient: rfc822; VP@p1.test
Action: {action}
Status: {status}
{said}{more}
--b1
Content-Type: text/rfc822-headers

From: thidua@quan7.test
Subject: 5.7.1 is no status here

--b1--
"""


def own_words(subject: str, text: str, *, sender: str = "MAILER-DAEMON@mail.test") -> str:
    return f"From: {sender}\nTo: {PATH}\nSubject: {subject}\n\n{text}\n"


NO_SUCH = "550 5.1.1 <vp@p1.test>: Recipient address rejected: User unknown"
BOX = "vp@p1.test"

CASES = (
    Case("no such mailbox", report("5.1.1", diagnostic=NO_SUCH), Kind.REFUSED, "5.1.1", BOX),
    Case("mailbox full", report("4.2.2", "failed"), Kind.DELAYED, "4.2.2", BOX),
    Case("full for good", report("5.2.2"), Kind.REFUSED, "5.2.2", BOX),
    Case("still trying", report("4.4.1", "delayed"), Kind.DELAYED, "4.4.1", BOX),
    Case("wrong routing at home", report("5.4.4"), Kind.DELAYED, "5.4.4", BOX),
    Case("arrived", report("2.1.5", "delivered"), Kind.DELIVERED, "2.1.5", BOX),
    Case("passed on", report("2.1.5", "relayed"), Kind.DELIVERED, "2.1.5", BOX),
    Case(
        "forwarded inside",
        report("5.1.1", more="Original-Recipient: rfc822;van.phong@p1.test\n"),
        Kind.REFUSED,
        "5.1.1",
        "van.phong@p1.test",
    ),
    Case("status with words", report("5.1.1 (bad mailbox)"), Kind.REFUSED, "5.1.1", BOX),
    Case(
        "qmail",
        own_words(
            "failure notice",
            "Hi. This is the qmail-send program at mail.test.\n"
            "I wasn't able to deliver your message to the following addresses.\n\n"
            "<vp@p1.test>:\n10.0.0.1 does not like recipient.\n"
            "Remote host said: 450 the mailbox is busy\n\n"
            "--- Below this line is a copy of the message.\n\nmục 5.1.1 của kế hoạch",
        ),
        Kind.DELAYED,
        "4.0.0",
    ),
    Case(
        "in brief",
        own_words("failure notice", "<vp@p1.test>: 550 no mailbox here by that name"),
        Kind.REFUSED,
        "5.0.0",
    ),
    Case(
        "exim",
        own_words(
            "Mail delivery failed: returning message to sender",
            "A message that you sent could not be delivered to one or more of its\nrecipients. "
            "This is a permanent error.\n\n  vp@p1.test\n    host mx.p1.test [10.0.0.2]\n"
            "    SMTP error from remote mail server after RCPT TO:<vp@p1.test>:\n"
            "    550 5.1.1 <vp@p1.test>... User unknown",
            sender="Mail Delivery System <Mailer-Daemon@mail.test>",
        ),
        Kind.REFUSED,
        "5.1.1",
    ),
    Case(
        "exim waits",
        own_words(
            "Warning: message 1rXyZ delayed 24 hours",
            "The message has not yet been delivered. Delivery attempts will continue.\n"
            "No action is required on your part.\n  vp@p1.test\n    451 4.3.0 try again",
        ),
        Kind.DELAYED,
        "4.3.0",
    ),
    Case(
        "in Vietnamese",
        own_words(
            "=?utf-8?q?Kh=C3=B4ng_ph=C3=A1t_=C4=91=C6=B0=E1=BB=A3c_th=C6=B0?=",
            "Khong gui duoc thu toi vp@p1.test (550 5.7.1 bi chan)",
            sender="postmaster@mail.test",
        ),
        Kind.REFUSED,
        "5.7.1",
    ),
    Case(
        "no status at all",
        own_words("Undeliverable: nhắc hạn", "The mailbox vp@p1.test is unknown."),
        Kind.DELAYED,
    ),
    Case(
        "out of office",
        own_words("Automatic reply: Nhắc hạn", "Tôi nghỉ đến 550 hết tuần.", sender="a@p1.test"),
        Kind.AUTOMATIC,
    ),
    Case(
        "out of office in Vietnamese",
        own_words("Trả lời tự động: đi công tác", "Tôi đi vắng.", sender="a@p1.test"),
        Kind.AUTOMATIC,
    ),
    Case(
        "answered by a machine",
        "From: a@p1.test\nSubject: Đã nhận\nAuto-Submitted: auto-replied\n\nCảm ơn.\n",
        Kind.AUTOMATIC,
    ),
    Case(
        "written by a person",
        own_words("Re: nhắc hạn", "Điều 5.1.1 quy định thế nào ạ? 550 tờ", sender="a@p1.test"),
        Kind.OTHER,
    ),
)
