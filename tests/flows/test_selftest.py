import pytest
from prefect.client.orchestration import PrefectClient

from flows.selftest import scheduled_after
from tests.prefect_service import in_loop

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


def test_a_schedule_yields_a_run_and_nothing_is_left_behind(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        before = {flow.name for flow in await client.read_flows()}
        took = await scheduled_after(client)
        assert took is not None
        assert took < 10
        assert {flow.name for flow in await client.read_flows()} == before

    in_loop(prefect, story)
