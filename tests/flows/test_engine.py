"""Canaries: what `flows.engine` uses of Prefect beyond its documented client still works."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from flows.engine import NewRun, claim, create_runs, delete_runs, execute
from tests.prefect_service import in_loop

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.xdist_group("prefect"),
    # Prefect leaves a socket of its own to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@flow(name="canary")
async def canary(word: str = "") -> State[Any]:
    return Completed(message=f"said {word}")


async def _deployment(client: PrefectClient) -> UUID:
    flow_id = await client.create_flow_from_name("canary")
    return await client.create_deployment(flow_id=flow_id, name=f"canary-{uuid4().hex[:8]}")


def _run(key: str, *, at: datetime | None = None) -> NewRun:
    at = at or datetime.now(UTC)
    return NewRun(
        key=key, name=f"Chim hoàng yến {key}", at=at, tags=("t",), parameters={"word": key}
    )


async def _runs(client: PrefectClient, deployment: UUID) -> list[Any]:
    later = datetime.now(UTC) + timedelta(days=2)
    return await client.get_scheduled_flow_runs_for_deployments(
        [deployment], scheduled_before=later
    )


def test_runs_created_in_bulk_are_there_once(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployment = await _deployment(client)
        at = datetime.now(UTC) + timedelta(days=1)
        new = [_run(f"{deployment}-{number}", at=at) for number in range(120)]
        await create_runs(client, deployment, new)
        await create_runs(client, deployment, new)
        found = await _runs(client, deployment)
        assert sorted(run.idempotency_key for run in found) == sorted(run.key for run in new)
        first = next(run for run in found if run.idempotency_key == new[0].key)
        assert (first.name, first.tags) == (new[0].name, ["t"])
        assert first.next_scheduled_start_time == at
        await delete_runs(client, [run.id for run in found])
        assert await _runs(client, deployment) == []

    in_loop(prefect, story)


def test_a_run_is_claimed_by_one_of_many(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployment = await _deployment(client)
        await create_runs(client, deployment, [_run(str(deployment))])
        [run] = await _runs(client, deployment)
        won = await asyncio.gather(*(claim(client, run) for _ in range(5)))
        assert sorted(won) == [False, False, False, False, True]

    in_loop(prefect, story)


def test_a_claimed_run_is_executed_with_its_parameters(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployment = await _deployment(client)
        await create_runs(client, deployment, [_run(str(deployment))])
        [run] = await _runs(client, deployment)
        assert await claim(client, run)
        await execute(client, canary, run)
        ended = await client.read_flow_run(run.id)
        assert ended.state is not None
        assert ended.state.type is StateType.COMPLETED
        assert ended.state.message == f"said {deployment}"
        assert ended.name == run.name

    in_loop(prefect, story)


def test_a_deleted_run_is_gone(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployment = await _deployment(client)
        await create_runs(client, deployment, [_run(str(deployment))])
        [run] = await _runs(client, deployment)
        await delete_runs(client, [run.id])
        with pytest.raises(ObjectNotFound):
            await client.read_flow_run(run.id)

    in_loop(prefect, story)
