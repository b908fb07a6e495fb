from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId

from flows import publishing
from flows.publishing import Published, publish
from schedules.moments import Moment
from tests.prefect_service import in_loop

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

NOW = datetime.now(UTC).replace(microsecond=0)
FLOWS = ("remind", "escalate", "digest", "collect")


def _moment(*, stage: str = "remind", step: str = "T-7", hours: float = 24) -> Moment:
    return Moment(
        plan="quan-7",
        plan_title="Kế hoạch thi đua",
        revision=1,
        milestone="dang-ky",
        milestone_name="Đăng ký thi đua",
        occurrence="2024-04-15",
        stage=stage,
        step=step,
        at=NOW + timedelta(hours=hours),
        count=60,
    )


async def _deployments(client: PrefectClient) -> dict[str, UUID]:
    """Of this test alone."""
    found = {}
    for name in FLOWS:
        flow = await client.create_flow_from_name(f"{name}-{uuid4().hex[:8]}")
        found[name] = await client.create_deployment(flow_id=flow, name=name, tags=["dondoc"])
    return found


async def _runs(client: PrefectClient, deployment: UUID) -> list[Any]:
    chosen = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    return list(await client.read_flow_runs(flow_run_filter=chosen))


def test_a_moment_becomes_a_scheduled_run_of_its_own(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployments = await _deployments(client)
        moment = _moment()
        assert await publish(client, deployments, [moment], now=NOW) == Published(1, 0)
        [run] = await _runs(client, deployments["remind"])
        assert run.name == "quan-7 · Đăng ký thi đua · nhắc hạn T-7"
        assert set(run.tags) == {"dondoc", "quan-7", "remind", "moment"}
        assert run.next_scheduled_start_time == moment.at
        assert run.parameters == {"plan": "quan-7", "moment": moment.key}
        assert run.idempotency_key == moment.key

    in_loop(prefect, story)


def test_published_again_it_changes_nothing(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployments = await _deployments(client)
        moments = [_moment(step=f"T-{days}", hours=days) for days in range(1, 30)]
        assert await publish(client, deployments, moments, now=NOW) == Published(29, 0)
        before = {run.id for run in await _runs(client, deployments["remind"])}
        assert await publish(client, deployments, moments, now=NOW) == Published(0, 0)
        assert {run.id for run in await _runs(client, deployments["remind"])} == before

    in_loop(prefect, story)


@pytest.mark.parametrize(
    ("stage", "flow"),
    [
        ("announce", "remind"),
        ("due", "remind"),
        ("overdue", "remind"),
        ("review", "remind"),
        ("escalate", "escalate"),
        ("digest", "digest"),
        ("collect", "collect"),
    ],
)
def test_each_stage_has_its_flow(prefect: str, stage: str, flow: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployments = await _deployments(client)
        await publish(client, deployments, [_moment(stage=stage)], now=NOW)
        [run] = await _runs(client, deployments[flow])
        assert stage in run.tags

    in_loop(prefect, story)


def test_a_moved_moment_takes_the_old_one_s_place(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployments = await _deployments(client)
        await publish(client, deployments, [_moment(hours=24), _moment(step="T-3")], now=NOW)
        moved = [_moment(hours=48), _moment(step="T-3")]
        assert await publish(client, deployments, moved, now=NOW) == Published(1, 1)
        runs = await _runs(client, deployments["remind"])
        assert sorted(run.idempotency_key for run in runs) == sorted(one.key for one in moved)

    in_loop(prefect, story)


def test_a_run_whose_time_has_come_is_left_to_the_runner(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        deployments = await _deployments(client)
        moment = _moment(hours=24)
        await publish(client, deployments, [moment], now=NOW)
        assert await publish(client, deployments, [], now=moment.at) == Published(0, 0)
        early = moment.at - timedelta(minutes=1)
        assert await publish(client, deployments, [], now=early) == Published(0, 1)

    in_loop(prefect, story)


def test_no_more_than_the_next_few_hundred_are_published(
    prefect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST", 3)

    async def story(client: PrefectClient) -> None:
        deployments = await _deployments(client)
        moments = [_moment(step=f"T-{number}", hours=number) for number in (5, 1, 4, 2, 3)]
        assert await publish(client, deployments, moments, now=NOW) == Published(3, 0)
        runs = await _runs(client, deployments["remind"])
        starts = sorted(run.next_scheduled_start_time for run in runs)
        assert starts == [NOW + timedelta(hours=number) for number in (1, 2, 3)]

    in_loop(prefect, story)
