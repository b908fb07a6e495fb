"""A real IMAP server on this machine, with one mailbox."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "secret"
USER = "bounce"
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
    plain, tls = _free_port(), _free_port()
    (folder / "mail").mkdir(mode=0o777)
    (folder / "mail").chmod(0o777)
    config = folder / "dovecot.conf"
    config.write_text(CONFIG.format(folder=folder, password=PASSWORD, plain=plain, tls=tls))
    process = subprocess.Popen([program() or "dovecot", "-F", "-c", str(config)])
    try:
        _wait(tls)
        yield plain, tls
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the IMAP server did not start")
