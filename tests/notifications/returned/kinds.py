"""Reports as they come from the world's mail servers, each in its own bad manners."""

from base64 import b64encode

from notifications.returned.reading import Kind
from tests.notifications.returned.messages import BOX, PATH, Case

EXCHANGE = f"""From: "Microsoft Outlook" <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@p1.test>
To: <{PATH}>
Subject: =?utf-8?B?S2jDtG5nIGfhu61pIMSRxrDhu6NjOiBOaOG6r2MgaOG6oW4=?=
Auto-Submitted: auto-replied
X-MS-Exchange-Message-Is-Ndr:
Content-Type: multipart/report; report-type=delivery-status; boundary="_0123_"
MIME-Version: 1.0

--_0123_
Content-Type: multipart/alternative; differences=Content-Type; boundary="_0456_"

--_0456_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

{b64encode("<p>Không tìm thấy địa chỉ vp@p1.test.</p>".encode()).decode()}

--_0456_--

--_0123_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.p1.test
Received-From-MTA: dns;mail.quan7.test
Arrival-Date: Mon, 1 Apr 2024 01:00:03 +0000

Final-Recipient: rfc822;VP@p1.test
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
X-Display-Name: vp

--_0123_
Content-Type: message/rfc822

Subject: kế hoạch 5.7.1

--_0123_--
"""

POSTFIX = f"""Return-Path: <>
From: MAILER-DAEMON@mail.test (Mail Delivery System)
To: {PATH}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4W0r7k1Zz9z.1711933203/mail.test"
Content-Transfer-Encoding: 8bit

This is a MIME-encapsulated message.

--4W0r7k1Zz9z.1711933203/mail.test
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<vp@p1.test>: host mx.p1.test[10.0.0.2] said: 552 5.2.2 <vp@p1.test>: Quota
    exceeded (in reply to RCPT TO command)

--4W0r7k1Zz9z.1711933203/mail.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test
X-Postfix-Queue-ID: 4W0r7k1Zz9z
X-Postfix-Sender: rfc822; {PATH}
Arrival-Date: Mon,  1 Apr 2024 08:00:03 +0700 (+07)

Final-Recipient: rfc822; vp@p1.test
Original-Recipient: rfc822;vp@p1.test
Action: failed
Status: 5.2.2
Remote-MTA: dns; mx.p1.test
Diagnostic-Code: smtp; 552 5.2.2 <vp@p1.test>: Quota exceeded

--4W0r7k1Zz9z.1711933203/mail.test--
"""

EXIM = f"""Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.p1.test>
To: {PATH}
X-Failed-Recipients: vp@p1.test
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  vp@p1.test
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Subject: mục 5.1.1
"""

QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mx.p1.test
To: {PATH}
Subject: failure notice

Hi. This is the qmail-send program at mx.p1.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<vp@p1.test>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Subject: 4.2.2
"""

GMAIL = f"""From: Mail Delivery Subsystem <mailer-daemon@googlemail.test>
To: {PATH}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/report; boundary="000000000000a1"; report-type=delivery-status
X-Failed-Recipients: vp@p1.test

--000000000000a1
Content-Type: multipart/related; boundary="000000000000b2"

--000000000000b2
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to vp@p1.test because the address couldn't be
found, or is unable to receive mail.

The response from the remote server was:
550 5.1.1 The email account that you tried to reach does not exist.

--000000000000b2--
--000000000000a1
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.test
Arrival-Date: Sun, 31 Mar 2024 18:00:03 -0700 (PDT)

Final-Recipient: rfc822; vp@p1.test
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.p1.test. (10.0.0.2, the server for the domain p1.test.)
Diagnostic-Code: smtp; 550 5.1.1 The email account that you tried to reach does not exist.

--000000000000a1--
"""

NO_BOX = "Thư không chuyển được tới vp@p1.test: 550 5.1.1 hộp thư không tồn tại."
IN_VIETNAMESE = f"""From: =?utf-8?B?SOG7hyB0aOG7kW5nIHRoxrA=?= <postmaster@thu.p1.test>
To: {PATH}
Subject: =?utf-8?B?{b64encode("Thư không gửi được".encode()).decode()}?=
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

{b64encode(NO_BOX.encode()).decode()}
"""

WINDOWS_1258 = (
    "From: postmaster@thu.p1.test\n"
    f"To: {PATH}\n"
    "Subject: Khong gui duoc thu\n"
    "Return-Path: <>\n"
    "Content-Type: text/plain; charset=windows-1258\n"
    "Content-Transfer-Encoding: base64\n\n"
    + b64encode("Hôp thu dây (552 5.2.2), không gui duoc.".encode("cp1258")).decode()
    + "\n"
)

NO_CONTENT_TYPE = f"""From: <>
Return-Path: <>
To: {PATH}
Subject: Returned mail: see transcript for details

   ----- The following addresses had permanent fatal errors -----
<vp@p1.test>
    (reason: 550 5.7.1 Access denied)

   ----- Transcript of session follows -----
... while talking to mx.p1.test.:
>>> DATA
<<< 550 5.7.1 Access denied
554 5.0.0 Service unavailable
"""

TRUNCATED = POSTFIX[: POSTFIX.index("Remote-MTA")]
CUT_IN_THE_WORDS = POSTFIX[: POSTFIX.index("exceeded")]

LOTUS = f"""From: postmaster@p1.test
To: {PATH}
Subject: DELIVERY FAILURE: User vp (vp@p1.test) not listed in Domino Directory
Content-Type: multipart/report; report-type="delivery-status"; boundary="==IFJRGLKFGIR1=="

--==IFJRGLKFGIR1==
Content-Type: text/plain

Your message could not be delivered.

--==IFJRGLKFGIR1==
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.p1.test

Final-Recipient: rfc822;vp@p1.test
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Notes; User vp (vp@p1.test) not listed in Domino Directory
--==IFJRGLKFGIR1==--
"""

ZIMBRA_LATE = f"""From: MAILER-DAEMON@mail.p1.test (Mail Delivery System)
Return-Path: <>
To: {PATH}
Subject: Delayed Mail (still being retried)
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="z"

--z
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.p1.test

Final-Recipient: rfc822; vp@p1.test
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.p1.test[10.0.0.2]:25: Connection timed out
Will-Retry-Until: Sat,  6 Apr 2024 08:00:03 +0700 (+07)

--z--
"""

FIELDS = b"""Reporting-MTA: dns; m

Final-Recipient: rfc822; vp@p1.test
Action: failed
Status: 5.1.1
"""
STATUS_IN_BASE64 = f"""From: MAILER-DAEMON@mail.test
To: {PATH}
Subject: Undeliverable
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

{b64encode(FIELDS).decode()}

--b1--
"""

AWAY_EXCHANGE = f"""From: =?utf-8?B?TGFu?= <lan@p1.test>
To: <{PATH}>
Subject: Automatic reply: =?utf-8?B?Tmjhuq9jIGjhuqFu?=
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Content-Type: text/html; charset="utf-8"

<p>550 5.1.1 is what I dream of until 30/4.</p>
"""

AWAY_ZIMBRA = f"""From: lan@p1.test
To: {PATH}
Subject: Vắng mặt: Nhắc hạn nộp báo cáo
Precedence: bulk

Tôi nghỉ phép đến 30/4, cần gấp xin gọi 028.3.550.
"""

KINDS = (
    Case("exchange", EXCHANGE, Kind.REFUSED, "5.1.10", BOX),
    Case("postfix, over quota", POSTFIX, Kind.REFUSED, "5.2.2", BOX),
    Case("exim without a status", EXIM, Kind.REFUSED, ""),
    Case("qmail with a status", QMAIL, Kind.REFUSED, "5.1.1"),
    Case("gmail", GMAIL, Kind.REFUSED, "5.1.1", BOX),
    Case("vietnamese, in base64", IN_VIETNAMESE, Kind.REFUSED, "5.1.1"),
    Case("windows-1258", WINDOWS_1258, Kind.REFUSED, "5.2.2"),
    Case("sendmail without a content type", NO_CONTENT_TYPE, Kind.REFUSED, "5.7.1"),
    Case("cut after the status", TRUNCATED, Kind.REFUSED, "5.2.2", BOX),
    Case("cut in the words", CUT_IN_THE_WORDS, Kind.REFUSED, "5.2.2"),
    Case("domino", LOTUS, Kind.REFUSED, "5.1.1", BOX),
    Case("zimbra goes on trying", ZIMBRA_LATE, Kind.DELAYED, "4.4.1", BOX),
    Case("the report itself in base64", STATUS_IN_BASE64, Kind.REFUSED, "5.1.1", BOX),
    Case("out of office, exchange", AWAY_EXCHANGE, Kind.AUTOMATIC),
    Case("out of office, in Vietnamese", AWAY_ZIMBRA, Kind.AUTOMATIC),
)
