"""A milestone as its row keeps it."""

from collections.abc import Mapping
from typing import Any

from dondoc.plan.model import Milestone


def body_of(milestone: Milestone) -> dict[str, Any]:
    """Everything the plan file says, and what it leaves to the defaults."""
    return milestone.model_dump(mode="json", by_alias=True)


def milestone_from(body: Mapping[str, Any]) -> Milestone:
    """A clause without a place keeps an empty one, which no file may write."""
    clause = {key: value for key, value in body["clause"].items() if value != ""}
    return Milestone.model_validate({**body, "clause": clause})
