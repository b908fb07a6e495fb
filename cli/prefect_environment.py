"""What Prefect reads from the environment, for the children that `dondoc up` starts.

It must stand before a process's first import of Prefect, so it is given at the start of the
process. Nothing here leaves the machine: no telemetry, no promotion, no look-ups.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

HOST = "127.0.0.1"

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
}


def url_of(port: int) -> str:
    return f"http://{HOST}:{port}/api"


def port_of(url: str) -> int:
    return urlsplit(url).port or 80


def embedded(home: Path, port: int) -> dict[str, str]:
    """For the server in the data folder and whoever talks to it; another Prefect on this machine
    is neither read nor touched."""
    return (
        _without_prefect()
        | QUIET
        | {
            "PREFECT_HOME": str(home),
            "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
            "PREFECT_API_URL": url_of(port),
            "PREFECT_UI_API_URL": url_of(port),
            "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),
            "PREFECT_SERVER_API_HOST": HOST,
            "PREFECT_SERVER_API_PORT": str(port),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        }
    )


def remote(url: str, home: Path) -> dict[str, str]:
    """For a Prefect server run elsewhere; what the operator has set for it (a password, a
    certificate) stays."""
    return dict(os.environ) | QUIET | {"PREFECT_HOME": str(home), "PREFECT_API_URL": url}


def _without_prefect() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
