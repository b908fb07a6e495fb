"""`python -m flows.selftest`: whether a schedule really yields a run.

A Prefect with an unfitting library beside it starts, runs flows and silently schedules nothing;
only trying it tells. Leaves nothing behind. Prints seconds until the run was there, or exits 1.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.exceptions import PrefectException

WITHIN = 10.0
LOOK_EVERY = 0.5
AHEAD = timedelta(hours=1)


async def scheduled_after(client: PrefectClient) -> float | None:
    """Seconds, or None where no run appeared in time."""
    flow = await client.create_flow_from_name(f"dondoc-self-test-{uuid4().hex[:8]}")
    schedule = IntervalSchedule(interval=timedelta(days=1), anchor_date=datetime.now(UTC) + AHEAD)
    try:
        deployment = await client.create_deployment(
            flow_id=flow,
            name="self-test",
            schedules=[DeploymentScheduleCreate(schedule=schedule, active=True)],
        )
        took = await _wait_for_run(client, deployment)
        await client.delete_deployment(deployment)
    finally:
        await client.delete_flow(flow)
    return took


async def _wait_for_run(client: PrefectClient, deployment: UUID) -> float | None:
    chosen = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    start = monotonic()
    while monotonic() - start < WITHIN:
        if await client.read_flow_runs(flow_run_filter=chosen, limit=1):
            return monotonic() - start
        await asyncio.sleep(LOOK_EVERY)
    return None


async def _test() -> float | None:
    async with get_client() as client:
        return await scheduled_after(client)


def main() -> None:
    try:
        took = asyncio.run(_test())
    except (httpx.HTTPError, PrefectException, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    if took is None:
        sys.exit(f"no run within {WITHIN:.0f} s")
    sys.stdout.write(f"{took:.1f}\n")


if __name__ == "__main__":
    main()
