"""A sign-in link somebody waits for."""

from datetime import datetime

import orjson

from dondoc.database import Database
from dondoc.tables import Letter
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
