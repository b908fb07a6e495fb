"""What a filter that judges mail by rules says of every letter. The score is printed."""

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dondoc.settings import load
from dondoc.words import Language
from notifications.alternative import seven_bit
from notifications.examples import example, example_link
from notifications.rendering import NAMES, render
from tests.written import Heading, written

PROGRAM = shutil.which("spamassassin")
TAGGED_FROM = 5.0
"""SpamAssassin's own threshold."""
ENVELOPE = b"From thidua@quan7.example Thu May 16 08:00:00 2024\n"
_SCORE = re.compile(rb"^X-Spam-Status:.*?score=(-?[\d.]+).*?tests=([A-Z0-9_,\s]+)", re.M | re.S)


def _letter(name: str, language: Language) -> bytes:
    heading = Heading(
        address="vanphong@tanphu.example",
        reader="Bà Nguyễn Thị Hoa",
        message_id="1.abc@quan7.example",
        at=datetime.now(UTC),
        kind=name,
        urgent=name == "receipt",
        reply_to="",
    )
    rendered = render(example(name, language), example_link(name))
    return seven_bit(written(heading, rendered, load(mail_from="thidua@quan7.example")))


def _mboxed(letter: bytes) -> bytes:
    return re.sub(rb"^(>*From )", rb">\1", letter.replace(b"\r\n", b"\n"), flags=re.M)


@pytest.mark.slow
@pytest.mark.skipif(PROGRAM is None, reason="SpamAssassin is not installed")
@pytest.mark.parametrize("language", list(Language))
def test_no_letter_is_taken_for_unwanted_mail(language: Language, tmp_path: Path) -> None:
    letters = b"".join(ENVELOPE + _mboxed(_letter(name, language)) + b"\n" for name in NAMES)
    judged = subprocess.run(
        [PROGRAM or "", "--local", "--mbox", "--nocreate-prefs", "--cf=use_bayes 0"],
        input=letters,
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    ).stdout
    found = _SCORE.findall(judged)
    scores = {name: float(score) for name, (score, _) in zip(NAMES, found, strict=True)}
    for name, (score, rules) in zip(NAMES, found, strict=True):
        print(f"{name} ({language}): {score.decode()} {b''.join(rules.split()).decode()}")  # noqa: T201

    assert max(scores.values()) < TAGGED_FROM
