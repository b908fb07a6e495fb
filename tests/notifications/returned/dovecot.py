"""A real IMAP server on this machine, with one mailbox."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PASSWORD = "secret"
USER = "bounce"
TRIES = 5
CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/mail.pem
ssl_key = <{folder}/mail.key
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
"""


def program() -> str | None:
    return shutil.which("dovecot")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """The ports for STARTTLS and for TLS. `folder` holds mail.pem and mail.key, and must be one
    that the server's own users may enter."""
    (folder / "mail").mkdir(mode=0o777)
    (folder / "mail").chmod(0o777)
    process, plain, tls = _start(folder)
    try:
        yield plain, tls
    finally:
        process.terminate()
        process.wait(60)


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], int, int]:
    """On other ports where another program took one in the moment between: it ends then."""
    config = folder / "dovecot.conf"
    for _ in range(TRIES):
        plain, tls = _free_port(), _free_port()
        config.write_text(CONFIG.format(folder=folder, password=PASSWORD, plain=plain, tls=tls))
        process = subprocess.Popen([program() or "dovecot", "-F", "-c", str(config)])
        if _greets(process, plain):
            return process, plain, tls
        process.wait(60)
    raise TimeoutError("the IMAP server did not start")


def _greets(process: subprocess.Popen[bytes], port: int) -> bool:
    """False once it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as probe:
            if b"Dovecot" in probe.recv(1_000):
                return True
        time.sleep(0.05)
    process.terminate()
    return False
