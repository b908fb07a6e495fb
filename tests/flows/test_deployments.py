import inspect
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.utilities.callables import parameter_schema
from ruamel.yaml import YAML

from flows import deployments
from flows.deployments import OFFERS, Offer
from tests.prefect_service import in_loop

ROOT = Path(__file__).parents[2]


def _yaml() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = YAML().load((ROOT / "prefect.yaml").read_text())["deployments"]
    return loaded


def test_prefect_yaml_deploys_every_flow_as_the_service_does() -> None:
    written = {
        (one["entrypoint"], one["name"], one["description"], tuple(one["tags"])) for one in _yaml()
    }
    offered = {
        (
            f"{offer.flow.fn.__module__}.{offer.flow.fn.__name__}",
            offer.name,
            offer.flow.description,
            ("dondoc", *offer.tags),
        )
        for offer in OFFERS
    }
    assert written == offered


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.flow.name)
def test_a_flow_is_async_and_explains_itself_in_both_languages(offer: Offer) -> None:
    assert inspect.iscoroutinefunction(offer.flow.fn)
    assert " · " in (offer.flow.description or "")
    described = parameter_schema(offer.flow.fn).properties
    assert {name for name, about in described.items() if " · " not in about["description"]} == set()


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
def test_registering_twice_leaves_one_of_each(prefect: str) -> None:
    async def story(client: PrefectClient) -> None:
        first = await deployments.register(client)
        assert await deployments.register(client) == first
        assert set(first) == {offer.flow.name for offer in OFFERS}
        deployment = await client.read_deployment(first["escalate"])
        assert deployment.entrypoint == "flows.escalate.escalate"
        assert set(deployment.tags) == {"dondoc", "letters"}
        asked = (deployment.parameter_openapi_schema or {})["properties"]
        assert list(asked) == ["plan", "milestone", "unit", "level", "dry_run", "moment"]

    in_loop(prefect, story)
