"""What the letter about an extension says of each obligation: what changed, and why."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.changes import Change, What
from dondoc.tables import Extension, ExtensionState, Stage
from notifications.judging import Due

STATES = {
    What.GRANTED: ExtensionState.GRANTED,
    What.MOVED: ExtensionState.GRANTED,
    What.REVOKED: ExtensionState.REVOKED,
    What.DENIED: ExtensionState.DENIED,
}


class Answers:
    """`dues` are a batch's notices."""

    def __init__(self, session: Session, dues: Iterable[Due]) -> None:
        asked = {due.obligation_id for due in dues if due.stage is Stage.EXTENSION}
        self._why = _reasons(session, asked) if asked else {}

    def told(self, due: Due) -> dict[str, Any]:
        """The fields of an Item."""
        change = Change.read(due.change)
        why = [self._why.get((due.obligation_id, STATES[what])) for what in change.what]
        return {
            "was": change.was,
            "was_inclusive": change.inclusive,
            "changes": tuple(what.value for what in change.what),
            "changed_why": next((reason for reason in why if reason), ""),
        }


def _reasons(
    session: Session, obligations: Collection[int | None]
) -> dict[tuple[int | None, ExtensionState], str | None]:
    """Of the latest decision of each kind."""
    rows = session.execute(
        select(Extension.obligation_id, Extension.state, Extension.reason, Extension.end_reason)
        .where(Extension.obligation_id.in_(obligations), Extension.state.in_(set(STATES.values())))
        .order_by(Extension.id)
    )
    return {
        (id_, state): end_reason if state is ExtensionState.REVOKED else reason
        for id_, state, reason, end_reason in rows
    }
