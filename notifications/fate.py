"""What becomes of a letter once somebody has answered."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from dondoc.tables import Cause, LetterState, RestCause
from dondoc.words import Language, Words
from notifications.content import Content
from notifications.parcel import ACCEPTED, Claimed, Outcome, Verdict
from notifications.remembering import Kept

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
JITTER = 0.25
PATIENCE = timedelta(days=3)
LEAST_ATTEMPTS = 12
"""tries before giving up, however old the letter: over Tết an office tries little"""
STUCK_AFTER = 5
"""attempts after which the operator hears of a letter that does not get through"""

SENT, FAILED = LetterState.SENT, LetterState.FAILED
FINAL = (SENT, FAILED)
RESTS = {Verdict.RESTING: RestCause.PUT_OFF, Verdict.SLOW: RestCause.SLOW}

REFUSED = Words(
    "Máy chủ thư từ chối thư gửi {address}: {answer}",
    "The mail server refused the letter to {address}: {answer}",
)
GIVEN_UP = Words(
    "Đã thôi gửi thư cho {address} sau {n} lần: {answer}",
    "Gave up the letter to {address} after {n} attempts: {answer}",
)
UNWRITABLE = Words(
    "Không lập được thư gửi {address}: {answer}",
    "The letter to {address} could not be written: {answer}",
)
STUCK = Words(
    "Thư gửi {address} chưa đi được sau {n} lần: {answer}",
    "The letter to {address} did not get through in {n} attempts: {answer}",
)


class Written(NamedTuple):
    """A letter as it was handed over; its row remembers `subject` and what is `kept` of the
    content."""

    letter: Claimed
    content: Content
    subject: str | None
    kept: Kept


class Fate(NamedTuple):
    """`told`: what the operator must hear, with `kind` to find it by; `cause`: the
    address cannot be reached, and its unit not be blamed for what it never got; `rest`: why its
    domain is left alone for a while, and the letter was not tried. `queued` ones wait as before."""

    written: Written
    state: LetterState
    answer: str
    retry_at: datetime | None = None
    kind: str = ""
    told: Words | None = None
    cause: Cause | None = None
    rest: RestCause | None = None

    def incident(self, language: Language) -> str:
        letter = self.written.letter
        return (self.told or STUCK).text(
            language, address=letter.address, n=letter.attempts, answer=self.answer
        )


def fate(outcome: Outcome, written: Written, now: datetime) -> Fate:
    _, verdict, answer = outcome
    if verdict is ACCEPTED:
        return Fate(written, SENT, answer)
    letter = written.letter
    if verdict in (*RESTS, Verdict.UNTRIED):
        return Fate(written, LetterState.QUEUED, answer, rest=RESTS.get(verdict))
    if verdict is Verdict.REFUSED:
        return Fate(
            written,
            FAILED,
            answer,
            kind="letter_refused",
            told=REFUSED,
            cause=Cause.REFUSED,
        )
    if now - letter.created_at > PATIENCE and letter.attempts >= LEAST_ATTEMPTS:
        return Fate(
            written,
            FAILED,
            answer,
            kind="letter_given_up",
            told=GIVEN_UP,
            cause=Cause.GIVEN_UP,
        )
    stuck = letter.attempts == STUCK_AFTER
    return Fate(
        written,
        LetterState.DEFERRED,
        answer,
        retry_at=now + pause(letter.attempts, Random(f"{letter.id}/{letter.attempts}")),  # noqa: S311  # spread, not secrecy
        kind="letter_stuck" if stuck else "",
        told=STUCK if stuck else None,
    )


def unwritable(written: Written, why: str) -> Fate:
    return Fate(written, FAILED, why, kind="letter_unwritable", told=UNWRITABLE)


def pause(attempts: int, random: Random) -> timedelta:
    """1, 5, 15, 30, then 60 minutes, each up to a quarter longer or shorter."""
    base = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return base * (1 + random.uniform(-JITTER, JITTER))
