"""What a unit may do about an obligation besides handing in: ask for a later date, promise one,
take back what it handed in. And what came of it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import (
    Extension,
    ExtensionState,
    Obligation,
    ObligationState,
    Promise,
    Return,
    Submission,
)
from portal.context import Portal
from schedules.acknowledging import latest_day, latest_promise


@dataclass(frozen=True, kw_only=True)
class Besides:
    """`extension` is the last that was asked for or granted; `returns` come with the last first;
    `promise_by` is the last day a promise may name, None where nothing is overdue."""

    state: ObligationState
    undelivered: bool
    extension: Extension | None
    promise: Promise | None
    promise_by: date | None
    returns: tuple[Return, ...]

    @property
    def asked(self) -> bool:
        """Whether a question waits for its answer."""
        return self.extension is not None and self.extension.state is ExtensionState.ASKED

    @property
    def may_ask(self) -> bool:
        return self.undelivered and not self.asked

    @property
    def may_withdraw(self) -> bool:
        return self.state.in_review

    @property
    def returned(self) -> Return | None:
        """What has to be corrected now."""
        return self.returns[0] if self.state is ObligationState.RETURNED and self.returns else None

    def flaw(self, code: str) -> str:
        """What the office says of one component or field."""
        return "" if self.returned is None else str(self.returned.components.get(code, ""))

    def returns_of(self, version: Submission) -> list[Return]:
        return [one for one in self.returns if one.submission_id == version.id]


def besides(session: Session, portal: Portal, owed: Obligation) -> Besides:
    now, today = portal.now(), portal.hours.today(portal.now())
    extensions = select(Extension).where(Extension.obligation_id == owed.id)
    returns = select(Return).where(Return.obligation_id == owed.id).order_by(Return.id.desc())
    overdue = owed.overdue(now, today) and not owed.occurrence.silent
    return Besides(
        state=owed.state,
        undelivered=owed.undelivered,
        extension=session.scalar(extensions.order_by(Extension.id.desc()).limit(1)),
        promise=latest_promise(session, owed) if owed.state.owing else None,
        promise_by=latest_day(owed, hours=portal.hours, now=now) if overdue else None,
        returns=tuple(session.scalars(returns)),
    )
