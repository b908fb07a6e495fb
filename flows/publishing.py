"""The coming days' moments as scheduled Prefect runs of their own, so that an operator sees them.

Only a window is published: the rows hold the whole year. A run is a trigger and may be missing,
late or double; what is sent is decided by the rows.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from dondoc.tables import Stage
from flows.engine import NewRun, create_runs, delete_runs
from flows.telling import MOMENT, STAGES
from schedules.moments import CLOSING, Moment

MOST = 300
PAGE = 200
LEAVE_ALONE = timedelta(seconds=5)
"""A run so close to its time may be in somebody's hands already."""

FLOW_OF = {Stage.ESCALATE.value: "escalate", Stage.DIGEST.value: "digest", CLOSING: "collect"}


class Published(NamedTuple):
    created: int
    deleted: int


def flow_of(moment: Moment) -> str:
    return FLOW_OF.get(moment.stage, "remind")


def run_of(moment: Moment) -> NewRun:
    step = "" if moment.step == moment.stage else moment.step
    stage = f"{STAGES[moment.stage].vi} {step}".strip()
    shown = (moment.plan, moment.milestone_name, stage)
    return NewRun(
        key=moment.key,
        name=" · ".join(part for part in shown if part),
        at=moment.at,
        tags=(moment.plan, moment.stage, MOMENT),
        parameters={"plan": moment.plan, "moment": moment.key},
    )


async def publish(
    client: PrefectClient,
    deployments: Mapping[str, UUID],
    moments: Sequence[Moment],
    *,
    now: datetime,
) -> Published:
    """Makes the scheduled runs equal to the first of `moments`: what is missing is created, what
    no longer corresponds to a moment is deleted. Repeated, it changes nothing."""
    wanted: dict[str, dict[str, NewRun]] = {flow: {} for flow in deployments}
    for moment in sorted(moments, key=lambda moment: moment.at)[:MOST]:
        run = run_of(moment)
        wanted[flow_of(moment)][run.key] = run
    created, stale = 0, []
    for flow, runs in wanted.items():
        there = [run async for run in _published(client, {deployments[flow]})]
        known = {run.idempotency_key for run in there}
        missing = [run for key, run in runs.items() if key not in known]
        await create_runs(client, deployments[flow], missing)
        created += len(missing)
        stale += [run.id for run in there if _is_stale(run, runs, now)]
    await delete_runs(client, stale)
    return Published(created, len(stale))


def _is_stale(run: FlowRun, wanted: Collection[str], now: datetime) -> bool:
    """A run whose time has come is left to the runner, which finds out that nothing is due."""
    starts = run.next_scheduled_start_time
    coming = starts is not None and starts > now + LEAVE_ALONE
    return coming and run.idempotency_key not in wanted


async def _published(
    client: PrefectClient, deployments: Collection[UUID]
) -> AsyncIterator[FlowRun]:
    chosen = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(deployments)),
        tags=FlowRunFilterTags(all_=[MOMENT]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
    )
    offset = 0
    while True:
        page = await client.read_flow_runs(
            flow_run_filter=chosen,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=PAGE,
            offset=offset,
        )
        for run in page:
            yield run
        if len(page) < PAGE:
            return
        offset += PAGE
