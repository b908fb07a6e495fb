"""Who will get a letter about an amendment."""

from collections import defaultdict

from sqlalchemy import and_, false, or_, select

from dondoc.changes import CHANGED, DROPPED, Change
from dondoc.explaining import STAGES
from dondoc.tables import (
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Stage,
    Unit,
)
from dondoc.words import Words
from schedules.amending.impact import Told, Which
from schedules.amending.work import Work


def count_letters(work: Work) -> None:
    """Those planned by this very amendment; a unit without anybody to read is named apart."""
    steps = [step.format(version=work.version) for step in (CHANGED, DROPPED)]
    announced = and_(
        Notice.stage == Stage.ANNOUNCE,
        Notice.planned_at <= work.placing.announced_at,
        or_(false(), *work.announced),
    )
    rows = work.session.execute(
        select(
            Milestone.code,
            Milestone.name,
            Occurrence.label,
            Notice.stage,
            Notice.change,
            Unit.code,
            Contact.email,
        )
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(
            Notice.plan_id == work.placing.row.id,
            Notice.state == NoticeState.PLANNED,
            or_(Notice.step.in_(steps), announced),
        )
        .order_by(Occurrence.due_on, Milestone.position, Unit.code)
    )
    units: dict[tuple[Which, Words], dict[str, None]] = defaultdict(dict)
    readers: dict[str, set[str]] = defaultdict(set)
    for code, name, label, stage, change, unit, email in rows:
        said = STAGES[Stage.ANNOUNCE] if stage is Stage.ANNOUNCE else Change.read(change).said
        units[Which(milestone=code, name=name, label=label), said][unit] = None
        readers[unit].update([email] if email else [])
    impact = work.impact
    impact.told = [
        Told(which=which, what=said, units=tuple(codes)) for (which, said), codes in units.items()
    ]
    impact.readers = len(set().union(*readers.values()))
    impact.unreached = tuple(sorted(unit for unit, emails in readers.items() if not emails))
