"""A real mail server on this machine that has some mailboxes and no others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import postfix

SETTINGS = """
myhostname = mail.test
smtpd_tls_cert_file = {folder}/mail.pem
smtpd_tls_key_file = {folder}/mail.key
smtpd_tls_security_level = may
recipient_delimiter = +
virtual_mailbox_base = {folder}
virtual_mailbox_domains = {office}, {units}
virtual_mailbox_maps = inline:{{ {{{bounce}@{office}=mail/}}, {{@{units}=people/}} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
transport_maps = inline:{{ {{{gone}=error:5.1.1 no such mailbox}}, {{{late}=retry:4.2.2 full}} }}
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
"""
OFFICE, UNITS, GONE, LATE = "quan7.test", "quan.example", "gone.example", "late.example"


@contextmanager
def serving(folder: Path, *, bounce: str, uid: int, gid: int) -> Iterator[int]:
    """Its port. Mail for UNITS arrives in `people`, returned mail in `mail`; letters to GONE are
    taken and come back, those to LATE stay. `folder` holds mail.pem and mail.key."""
    facts = {"office": OFFICE, "units": UNITS, "gone": GONE, "late": LATE, "bounce": bounce}
    with postfix.serving(folder, SETTINGS.format(folder=folder, uid=uid, gid=gid, **facts)) as port:
        yield port
