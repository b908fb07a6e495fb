"""What an operator would start from the Prefect UI, started once: something to look at."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

import httpx

from dondoc.probing import answers

LOOK_EVERY = 2.0
PATIENCE = 300.0


class Run(NamedTuple):
    deployment: str
    parameters: Mapping[str, object]


def runs(plan: str) -> tuple[Run, ...]:
    """Nothing is sent: the escalations are shown only."""
    shown = {"plan": plan, "dry_run": True}
    return (
        Run("collect/thu-bao-cao", {"plan": plan}),
        Run("consolidate/tong-hop", {"plan": plan}),
        Run("remind/nhac-han", shown),
        Run("escalate/bao-cao-cap-tren", shown),
        Run("escalate/bao-cao-cap-tren", {**shown, "level": 1}),
    )


def start_in_background(address: Path, plan: str) -> None:
    """`address` is the file that will say where Prefect answers; gives up quietly."""
    Thread(target=_start, args=(address, plan), daemon=True).start()


def _start(address: Path, plan: str) -> None:
    if not _until(lambda: address.is_file() and answers(address.read_text("ascii"))):
        return
    with httpx.Client(base_url=address.read_text("ascii"), trust_env=False, timeout=10) as client:
        for run in runs(plan):
            _until(lambda run=run: _started(client, run))  # type: ignore[misc]


def _until(done: Callable[[], bool]) -> bool:
    end = monotonic() + PATIENCE
    while not done():
        if monotonic() > end:
            return False
        Event().wait(LOOK_EVERY)
    return True


def _started(client: httpx.Client, run: Run) -> bool:
    try:
        found = client.get(f"/deployments/name/{run.deployment}")
        if found.status_code != httpx.codes.OK:
            return False
        body = {"parameters": dict(run.parameters)}
        made = client.post(f"/deployments/{found.json()['id']}/create_flow_run", json=body)
    except httpx.HTTPError:
        return False
    return made.is_success
