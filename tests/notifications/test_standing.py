"""What a filter that judges mail by rules says of every letter. The score is printed."""

import re
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from dondoc.settings import load
from dondoc.words import Language
from notifications.alternative import seven_bit
from notifications.examples import example, example_link
from notifications.message import Heading
from notifications.rendering import NAMES, render
from tests.written import written

PROGRAM = shutil.which("spamassassin")
TAGGED_FROM = 5.0
"""SpamAssassin's own threshold."""
_SCORE = re.compile(rb"^X-Spam-Status:.*?score=(-?[\d.]+).*?tests=([A-Z0-9_,\s]+)", re.M | re.S)


def _letter(name: str, language: Language) -> bytes:
    heading = Heading(
        subject="",
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


@pytest.mark.slow
@pytest.mark.skipif(PROGRAM is None, reason="SpamAssassin is not installed")
@pytest.mark.parametrize("language", list(Language))
def test_no_letter_is_taken_for_unwanted_mail(language: Language) -> None:
    scores = {}
    for name in NAMES:
        judged = subprocess.run(
            [PROGRAM or "", "--local"],
            input=_letter(name, language),
            capture_output=True,
            check=True,
        ).stdout
        found = _SCORE.search(judged)
        assert found is not None
        scores[name] = float(found[1])
        print(f"{name} ({language}): {found[1].decode()} {b''.join(found[2].split()).decode()}")  # noqa: T201

    assert max(scores.values()) < TAGGED_FROM
