"""Runs that say they are running while nobody runs them."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.states import Cancelled, Crashed

IN_HAND = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


async def lay_to_rest(
    client: PrefectClient, deployments: Iterable[UUID], *, alive: Collection[UUID]
) -> int:
    """Prefect itself never ends the runs of a process that was killed. A run that an operator
    cancelled before it died is Cancelled, the others are Crashed. Returns how many."""
    chosen = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(deployments)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=IN_HAND)),
    )
    found = await client.read_flow_runs(flow_run_filter=chosen)
    dead = [run for run in found if run.id not in alive]
    for run in dead:
        cancelled = run.state_type is StateType.CANCELLING
        end: State[Any] = (
            Cancelled() if cancelled else Crashed(message="its process ended before it did")
        )
        await client.set_flow_run_state(run.id, end, force=True)
    return len(dead)
