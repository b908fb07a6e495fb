"""The way into Prefect: its front page, and the runs behind a plan, a milestone or a sending.

The page that is opened looks first whether Prefect answers, and says so where it does not.
"""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.scope import plan_for
from dondoc.probing import answers
from dondoc.queries import milestone_by_code
from dondoc.settings import Settings
from dondoc.tables import Plan
from portal.rendering import page
from portal.visitors import Context, Reader

LONGEST = 100
AROUND = timedelta(hours=12)
"""on either side of a sending's time: it may have been caught up with later that day"""
BEYOND = timedelta(days=400)
"""after a plan's period, overdue letters are still sent"""
HERE = ("127.0.0.1", "localhost", "::1", "[::1]")

router = APIRouter()


@router.get("/office/prefect")
def front(request: Request, _account: Reader, portal: Context) -> Response:
    return _to(request, portal.settings, "/")


@router.get("/office/plans/{plan}/runs")
def of_plan(
    request: Request,
    plan: str,
    account: Reader,
    portal: Context,
    milestone: str = "",
    at: str = "",
) -> Response:
    """The runs of one milestone, else of all; `at` (ISO 8601) narrows them to one sending.
    Raises NotHere, NotFound."""
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        name = row.code
        if milestone:
            name += f" · {milestone_by_code(session, row, milestone[:LONGEST]).name}"
        start, end = _span(row, at)
    return _to(request, portal.settings, f"/runs?{_filters(name, start, end)}")


def _span(plan: Plan, at: str) -> tuple[datetime, datetime]:
    moment = _moment(at)
    if moment is not None:
        return moment - AROUND, moment + AROUND
    begun = min(plan.launched_at, _midnight(plan.period_from))
    return begun, _midnight(plan.period_to) + BEYOND


def _moment(text: str) -> datetime | None:
    """None where it is no time with a zone."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _filters(name: str, start: datetime, end: datetime) -> str:
    """As Prefect's list of runs understands them, in its earlier and its later look; without days
    it shows the past week alone."""
    since, until = f"{start:%Y-%m-%dT%H:%M:%SZ}", f"{end:%Y-%m-%dT%H:%M:%SZ}"
    return urlencode(
        {
            "flow-run-search": name,
            "type": "range",
            "startDate": since,
            "endDate": until,
            "start": since,
            "end": until,
        },
        quote_via=quote,
    )


def _to(request: Request, settings: Settings, path: str) -> Response:
    """To Prefect, or why not."""
    address = settings.prefect_address
    elsewhere = not settings.prefect_url and request.url.hostname not in HERE
    if address and not elsewhere and answers(f"{address}/api", within=2.0):
        return RedirectResponse(f"{address}{path}", status_code=303)
    again = f"{request.url.path}?{request.url.query}"
    facts = {"address": address, "elsewhere": elsewhere, "again": again}
    return page(request, "office/prefect.html", 200 if elsewhere or not address else 503, **facts)
