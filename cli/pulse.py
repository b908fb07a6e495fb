"""The dead man's switch: after every tick a watcher elsewhere is told that the clock is alive."""

import logging

import httpx

PATIENCE = 3.0
"""seconds; a watcher that does not answer must not hold the clock up"""

log = logging.getLogger(__name__)


def ping(url: str) -> bool:
    """Whether the watcher took it; a watcher out of reach is logged, and nothing else."""
    try:
        httpx.get(url, timeout=PATIENCE, follow_redirects=True).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("the watcher was not told: %s", error, extra={"action": "ping_failed"})
        return False
    return True
