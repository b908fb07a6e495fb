"""What an official sees first: how each plan stands, and what needs a hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.holds import holds
from dondoc.leftovers import Leftover, leftovers
from dondoc.problems import problems
from dondoc.queries import all_plans
from dondoc.standing import Rates, rates
from dondoc.stops import standing_stop
from dondoc.tables import Heartbeat, Hold, Incident, Letter, LetterState, Problem, Stop

LATELY = timedelta(days=7)
SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Overview:
    """`problems` are open; `incidents` and `failed` letters are those of the last seven days, the
    newest first and at most twenty each; `letters` counts all by state; `holds` are not over yet;
    `stop` keeps a sweep back; `leftovers` are what units that are no more still owe."""

    plans: tuple[Rates, ...]
    problems: tuple[Problem, ...]
    incidents: tuple[Incident, ...]
    failed: tuple[Letter, ...]
    letters: dict[LetterState, int]
    heartbeats: tuple[Heartbeat, ...]
    holds: tuple[Hold, ...]
    stop: Stop | None
    leftovers: tuple[Leftover, ...]


def overview(session: Session, now: datetime, today: date) -> Overview:
    """`today` is the office's date."""
    return Overview(
        plans=tuple(rates(session, plan, now) for plan in all_plans(session)),
        problems=tuple(session.scalars(problems())),
        incidents=tuple(
            session.scalars(
                select(Incident)
                .where(Incident.at > now - LATELY)
                .order_by(Incident.at.desc(), Incident.id.desc())
                .limit(SHOWN)
            )
        ),
        failed=tuple(
            session.scalars(
                select(Letter)
                .where(Letter.state == LetterState.FAILED, Letter.retry_at > now - LATELY)
                .order_by(Letter.retry_at.desc(), Letter.id.desc())
                .limit(SHOWN)
            )
        ),
        letters=_letters(session),
        holds=tuple(holds(session)),
        stop=standing_stop(session),
        leftovers=tuple(leftovers(session, today)),
        heartbeats=tuple(session.scalars(select(Heartbeat).order_by(Heartbeat.name))),
    )


def _letters(session: Session) -> dict[LetterState, int]:
    rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    counted = dict(rows.tuples().all())
    return {state: counted[state] for state in LetterState if state in counted}
