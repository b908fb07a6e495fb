"""Sign-in links somebody waits for."""

from datetime import datetime

import orjson
from sqlalchemy import insert

from dondoc.database import Database
from dondoc.tables import Letter, LetterState
from dondoc.words import Language
from notifications.examples import example

URGENT = "vp@p1.example"


def make_urgent(database: Database, now: datetime) -> None:
    with database.writing() as session:
        session.add(
            Letter(
                key="sign_in:1",
                day=now.date(),
                name="sign_in",
                address=URGENT,
                language=Language.VI,
                urgent=True,
                message_id="<urgent@quan.example>",
                created_at=now,
                retry_at=now,
                payload=orjson.loads(orjson.dumps(example("sign_in", Language.VI))),
            )
        )


def make_sign_in_letters(database: Database, n: int, now: datetime) -> None:
    """They leave at any hour."""
    payload = orjson.loads(orjson.dumps(example("sign_in", Language.VI)))
    rows = [
        {
            "key": f"sign_in:{number}",
            "day": now.date(),
            "name": "sign_in",
            "address": f"p-{number}@quan.example",
            "domain": "quan.example",
            "language": Language.VI,
            "urgent": True,
            "state": LetterState.QUEUED,
            "message_id": f"<{number}@quan.example>",
            "created_at": now,
            "retry_at": now,
            "attempts": 0,
            "payload": payload,
        }
        for number in range(1, n + 1)
    ]
    with database.writing() as session:
        session.execute(insert(Letter), rows)
