from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from dondoc.tables import (
    Heartbeat,
    Incident,
    Letter,
    LetterState,
    Reply,
    ReplyState,
    Rest,
    RestCause,
)
from dondoc.words import Language
from portal.metrics import router
from tests.portal.house import House

TOKEN = "s3cret-for-the-watcher"


@pytest.fixture
def watched(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("DONDOC_METRICS_TOKEN", TOKEN)
    watched = House(house.database, house.server)
    yield watched
    watched.close()


def _figures(house: House) -> dict[tuple[str, str], float]:
    answer = house.browser(headers={"Authorization": f"Bearer {TOKEN}"}).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in parsed(answer.text)
        for sample in family.samples
    }


def _letter(house: House, number: int, state: LetterState, answer: str | None) -> Letter:
    made = house.now - timedelta(minutes=number)
    return Letter(
        key=f"k{number}",
        day=made.date(),
        name="reminder",
        address="p-1@quan.example",
        language=Language.VI,
        state=state,
        message_id=f"{number}@quan.example",
        created_at=made,
        retry_at=made,
        answer=answer,
        sent_at=house.now if state is LetterState.SENT else None,
    )


def test_the_outbox_and_the_clock_are_told(watched: House) -> None:
    with watched.database.writing() as session:
        session.add_all(
            [
                _letter(watched, 1, LetterState.QUEUED, None),
                _letter(watched, 2, LetterState.DEFERRED, "450 4.2.1 greylisted"),
                _letter(watched, 3, LetterState.DEFERRED, "451 later"),
                _letter(watched, 4, LetterState.DEFERRED, "450 busy"),
                _letter(watched, 5, LetterState.DEFERRED, "Connection refused"),
                _letter(watched, 6, LetterState.SENT, "250 ok"),
                _letter(watched, 7, LetterState.FAILED, "550 no"),
                Heartbeat(name="clock", beat_at=watched.now - timedelta(seconds=45)),
                Incident(at=watched.now, kind="letter_refused", text="…"),
                Rest(
                    domain="x.vn",
                    cause=RestCause.PUT_OFF,
                    until=watched.now + timedelta(minutes=1),
                    times=1,
                    answer="452 no room",
                ),
            ]
        )

    found = _figures(watched)

    assert found["dondoc_letters_waiting", "queued"] == 1
    assert found["dondoc_letters_waiting", "deferred"] == 4
    assert found["dondoc_letters_total", "sent"] == 1
    assert found["dondoc_letters_total", "failed"] == 1
    assert found["dondoc_oldest_letter_seconds", ""] == 300
    assert found["dondoc_deferrals", "450"] == 2
    assert found["dondoc_deferrals", "451"] == 1
    assert found["dondoc_deferrals", "none"] == 1
    assert found["dondoc_beat_age_seconds", "clock"] == 45
    assert found["dondoc_incidents_total", "letter_refused"] == 1
    assert found["dondoc_contact_problems", ""] == 0
    assert found["dondoc_letters_a_minute", ""] == 1
    assert found["dondoc_resting_domains", "put_off"] == 1
    assert found["dondoc_resting_domains", "slow"] == 0


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer"])
def test_without_the_token_there_is_no_such_page(watched: House, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    assert watched.browser(headers=headers).get("/metrics").status_code == 404


def test_without_a_setting_no_token_opens_it(house: House) -> None:
    assert [route.path for route in router.routes if hasattr(route, "path")] == ["/metrics"]
    assert house.browser(headers={"Authorization": "Bearer"}).get("/metrics").status_code == 404


def test_answers_are_counted_by_what_became_of_them(watched: House) -> None:
    with watched.database.writing() as session:
        session.add_all(
            Reply(
                key=f"{number}",
                at=watched.now,
                sender="",
                subject="",
                text="",
                state=ReplyState.ASKED if number else ReplyState.WAITING,
            )
            for number in range(3)
        )

    figures = _figures(watched)
    found = {state: n for (name, state), n in figures.items() if name == "dondoc_replies"}
    assert found == dict.fromkeys(ReplyState, 0) | {"asked": 2, "waiting": 1}
