"""What the office takes away: the consolidated report, its lines, and everything handed in."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.consolidated import detail, workbook
from documents.dossiers import dossiers
from dondoc.access.scope import plan_for
from dondoc.consolidation import deliveries, report
from dondoc.queries import milestone_by_code
from dondoc.standing import rates
from dondoc.tables import Milestone, Obligation, Occurrence, Plan, Submission, Unit
from portal.context import Portal
from portal.downloads import streamed
from portal.language import language_of
from portal.visitors import Context, Reader

AT_ONCE = 200

router = APIRouter()


@router.get("/office/plans/{plan}/report.xlsx")
def consolidated(
    request: Request, plan: str, account: Reader, portal: Context, milestone: str = ""
) -> Response:
    """Its lines are read while they are sent."""
    language = language_of(request)
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        only = _only(session, row, milestone)
        found = report(session, row, only, now=portal.now())

    def pieces() -> Iterator[bytes]:
        with portal.database.reading() as session:
            yield from workbook(found, deliveries(session, found.totals), language)

    return streamed(pieces(), _name(plan, milestone, "xlsx"))


@router.get("/office/plans/{plan}/status.csv")
def lines(
    request: Request, plan: str, account: Reader, portal: Context, milestone: str = ""
) -> Response:
    """One line for each obligation, read while they are sent."""
    language = language_of(request)
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        only = _only(session, row, milestone)
        totals = rates(session, row, portal.now(), milestone=only, brief=True)

    def pieces() -> Iterator[bytes]:
        with portal.database.reading() as session:
            yield from detail(deliveries(session, totals), language)

    return streamed(pieces(), _name(plan, milestone, "csv"))


@router.get("/office/plans/{plan}/milestones/{milestone}/submissions.zip")
def everything(plan: str, milestone: str, account: Reader, portal: Context) -> Response:
    """Every version of every unit; rows and files are read while they are sent."""
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        ids = session.scalars(_handed_in(milestone_by_code(session, row, milestone))).all()
    pieces = dossiers(_versions(portal, ids), portal.store, zone=ZoneInfo(row.time_zone))
    return streamed(pieces, _name(plan, milestone, "zip"))


def _handed_in(milestone: Milestone) -> Select[tuple[int]]:
    return (
        select(Submission.id)
        .join(Submission.obligation)
        .join(Obligation.occurrence)
        .join(Obligation.unit)
        .where(Occurrence.milestone_id == milestone.id)
        .order_by(Unit.code, Occurrence.due_on, Submission.version)
    )


def _versions(portal: Portal, ids: Sequence[int]) -> Iterator[Submission]:
    """In that order. A slow line may take hours: no transaction waits for it."""
    for start in range(0, len(ids), AT_ONCE):
        these = ids[start : start + AT_ONCE]
        with portal.database.reading() as session:
            found = {one.id: one for one in session.scalars(_whole(these))}
        yield from (found[id_] for id_ in these)


def _whole(ids: Sequence[int]) -> Select[tuple[Submission]]:
    return (
        select(Submission)
        .where(Submission.id.in_(ids))
        .options(
            joinedload(Submission.obligation).options(
                joinedload(Obligation.occurrence).joinedload(Occurrence.milestone),
                joinedload(Obligation.unit),
            ),
            selectinload(Submission.files),
            joinedload(Submission.receipt),
        )
    )


def _only(session: Session, plan: Plan, code: str) -> Milestone | None:
    """Raises NotFound."""
    return milestone_by_code(session, plan, code) if code else None


def _name(plan: str, milestone: str, ending: str) -> str:
    return f"{plan}-{milestone}.{ending}" if milestone else f"{plan}.{ending}"
