"""One Prefect server for all tests of the group."""

import os
from collections.abc import Iterator

import pytest

from cli.prefect_environment import url_of
from tests.prefect_service import running_server

os.environ["DO_NOT_TRACK"] = "1"


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API's address."""
    with running_server(tmp_path_factory.mktemp("prefect")) as port:
        yield url_of(port)
