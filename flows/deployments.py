"""What an operator finds under Deployments in the Prefect UI: every flow once, named in Vietnamese.

The same names stand in prefect.yaml, for workers on several machines.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.types.entrypoint import EntrypointType

from flows.collect import collect
from flows.consolidate import consolidate
from flows.digest import digest
from flows.engine import AnyFlow
from flows.escalate import escalate
from flows.launch import launch
from flows.remind import remind


class Offer(NamedTuple):
    flow: AnyFlow
    name: str
    tags: tuple[str, ...]


OFFERS = (
    Offer(launch, "ban-hanh-ke-hoach", ("plan",)),
    Offer(remind, "nhac-han", ("letters",)),
    Offer(collect, "thu-bao-cao", ("daily",)),
    Offer(escalate, "bao-cao-cap-tren", ("letters",)),
    Offer(consolidate, "tong-hop", ("report",)),
    Offer(digest, "diem-tin-tuan", ("letters",)),
)
FLOWS: Mapping[str, AnyFlow] = {offer.flow.name: offer.flow for offer in OFFERS}
EVERYWHERE = "dondoc"


async def register(client: PrefectClient) -> dict[str, UUID]:
    """Deployments without a work pool, run by `flows.runner`; by flow name."""
    for offer in OFFERS:
        deployment = await offer.flow.ato_deployment(
            offer.name,
            tags=[EVERYWHERE, *offer.tags],
            description=offer.flow.description,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        await deployment.aapply()
    return await find(client)


async def find(client: PrefectClient) -> dict[str, UUID]:
    """Those that exist, by flow name. Raises ObjectNotFound."""
    found = {}
    for offer in OFFERS:
        full = f"{offer.flow.name}/{offer.name}"
        found[offer.flow.name] = (await client.read_deployment_by_name(full)).id
    return found
