"""A plan file's header and milestones as the values of their rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.plan import model
from dondoc.plan.bodies import body_of
from dondoc.plan.hanging import event_behind
from dondoc.tables import Unit


class UnknownUnit(DondocError):
    """{field}: there is no unit {code!r}; import the units first (dondoc units import)."""

    vi = "{field}: không có đơn vị {code!r}; hãy nhập danh sách đơn vị trước (dondoc units import)."


class PlanRows:
    """Raises UnknownUnit for an office that is in no list of units."""

    def __init__(self, session: Session, file: model.PlanFile) -> None:
        self.file = file
        self._units = dict(session.execute(select(Unit.code, Unit.id)).tuples().all())

    def plan(self, source: str) -> dict[str, Any]:
        file = self.file
        return {
            "number": file.number,
            "title": file.title,
            "issuer": file.issuer,
            "issued": file.issued,
            "time_zone": file.timezone,
            "period_from": file.period.start,
            "period_to": file.period.end,
            "standing_office_id": self._unit(file.standing_office, "standing_office"),
            "board_id": None if file.board is None else self._unit(file.board, "board"),
            "review_within": file.policies.review_within,
            "source": source,
        }

    def milestone(
        self, milestone: model.Milestone, *, position: int, events: Mapping[str, int]
    ) -> dict[str, Any]:
        event = event_behind(self.file, milestone)
        collector = milestone.collector or self.file.standing_office
        return {
            "event_id": event and events[event.code],
            "position": position,
            "name": milestone.name,
            "kind": milestone.kind,
            "collector_id": self._unit(collector, f"{milestone.code}.collector"),
            "clause": milestone.clause.text,
            "clause_where": milestone.clause.where,
            "body": body_of(milestone),
        }

    def _unit(self, code: str, place: str) -> int:
        found = self._units.get(code)
        if found is None:
            raise UnknownUnit(field=place, code=code)
        return found
