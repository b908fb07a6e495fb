"""How others send the same letters: aiosmtplib as its manual shows it, and nodemailer's pool."""

import asyncio
import json
import shutil
import subprocess
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from time import monotonic, process_time

from aiosmtplib import SMTP

from benchmarks.sending import Run
from dondoc.words import Language
from notifications.content import Rendered
from notifications.examples import example
from notifications.rendering import render

CONNECTIONS = 10
NODEMAILER = "nodemailer@7"
SCRIPT = """
const nodemailer = require('nodemailer');
const [port, letters, connections] = process.argv.slice(2).map(Number);
const letter = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const pool = nodemailer.createTransport({
  host: '127.0.0.1', port, pool: true, maxConnections: connections, maxMessages: Infinity,
  secure: false, ignoreTLS: true});
const usage = process.cpuUsage(), start = process.hrtime.bigint();
const sent = Array.from({length: letters}, (_, n) => pool.sendMail({
  from: 'Đôn đốc <thidua@thanhpho.example>', to: `bà Hoa ${n} <p-${n}@thanhpho.example>`,
  subject: letter.subject, text: letter.text.replaceAll('Tân Phú', `Tân Phú ${n}`),
  html: letter.html.replaceAll('Tân Phú', `Tân Phú ${n}`)}));
Promise.all(sent).then(() => {
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const {user, system} = process.cpuUsage(usage);
  console.log(JSON.stringify({wall, cpu: (user + system) / 1e6}));
  pool.close();
});
"""


def aiosmtplib(port: int, *, letters: int) -> Run:
    before, start = process_time(), monotonic()
    asyncio.run(_pool(port, letters))
    return Run(letters=letters, wall=monotonic() - start, cpu=process_time() - before)


async def _pool(port: int, letters: int) -> None:
    numbers = iter(range(letters))
    rendered = _rendered()

    async def worker() -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for number in numbers:
                await client.send_message(_message(rendered, number))

    await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))


def _message(rendered: Rendered, number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Đôn đốc <thidua@thanhpho.example>"
    message["To"] = f"bà Hoa {number} <p-{number}@thanhpho.example>"
    message["Subject"] = rendered.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="thanhpho.example")
    message.set_content(rendered.text.replace("Tân Phú", f"Tân Phú {number}"))
    html = rendered.html.replace("Tân Phú", f"Tân Phú {number}")
    message.add_alternative(html, subtype="html")
    return message


def _rendered() -> Rendered:
    """One item, as most letters have."""
    content = example("reminder", Language.VI)
    return render(content.but({"items": content.items[:1]}))


def nodemailer(folder: Path, port: int, *, letters: int) -> Run | None:
    """None where npm has it not."""
    if not (folder / "node_modules").exists() and not _install(folder):
        return None
    command = ("node", "send.js", str(port), str(letters), str(CONNECTIONS))
    letter = json.dumps(_rendered()._asdict())
    told = subprocess.run(
        command, cwd=folder, input=letter, capture_output=True, text=True, check=True
    )
    return Run(letters=letters, **json.loads(told.stdout))


def _install(folder: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return False
    (folder / "send.js").write_text(SCRIPT, encoding="utf-8")
    command = (npm, "install", "--silent", "--no-audit", "--no-fund", NODEMAILER)
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0
