from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State, StateType
from prefect.states import Cancelling, Pending, Running, Scheduled

from flows.zombies import lay_to_rest
from tests.prefect_service import in_loop

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


async def _deployment(client: PrefectClient) -> UUID:
    flow = await client.create_flow_from_name(f"zombie-{uuid4().hex[:8]}")
    return await client.create_deployment(flow_id=flow, name="zombie")


async def _run(client: PrefectClient, deployment: UUID, state: State[Any]) -> UUID:
    run = await client.create_flow_run_from_deployment(deployment)
    await client.set_flow_run_state(run.id, Running(), force=True)
    await client.set_flow_run_state(run.id, state, force=True)
    return run.id


async def _states(client: PrefectClient, runs: list[UUID]) -> list[StateType | None]:
    return [(await client.read_flow_run(run)).state_type for run in runs]


def test_runs_that_nobody_runs_are_ended(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployment = await _deployment(client)
        states: tuple[State[Any], ...] = (
            Running(),
            Pending(),
            Cancelling(),
            Scheduled(scheduled_time=datetime.now(UTC)),
        )
        runs = [await _run(client, deployment, state) for state in states]
        assert await lay_to_rest(client, [deployment], alive=()) == 3
        assert await _states(client, runs) == [
            StateType.CRASHED,
            StateType.CRASHED,
            StateType.CANCELLED,
            StateType.SCHEDULED,
        ]

    in_loop(prefect, story)


def test_runs_in_hand_and_those_of_others_are_left_alone(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        ours, others = await _deployment(client), await _deployment(client)
        alive = await _run(client, ours, Running())
        foreign = await _run(client, others, Running())
        assert await lay_to_rest(client, [ours], alive=[alive]) == 0
        assert await _states(client, [alive, foreign]) == [StateType.RUNNING] * 2

    in_loop(prefect, story)
