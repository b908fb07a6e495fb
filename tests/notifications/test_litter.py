import gc
from collections.abc import Iterator

import pytest

from notifications.litter import SELDOM, keep_loaded, looked_for_seldom, not_looked_for


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.fixture
def _nothing_loaded() -> Iterator[None]:
    keep_loaded.cache_clear()
    yield
    keep_loaded()


@pytest.mark.usefixtures("_nothing_loaded")
def test_what_is_loaded_first_is_never_looked_through() -> None:
    with not_looked_for():
        first = [object()]
        meanwhile = gc.isenabled()
    with not_looked_for():
        second = [object()]
    looked_through = gc.get_objects()

    assert not meanwhile
    assert gc.isenabled()
    assert not any(one is first for one in looked_through)
    assert any(one is second for one in looked_through)


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [(700, SELDOM), (SELDOM * 5, SELDOM * 5), (0, 0)],
)
def test_threshold_rises_and_comes_back(before: int, meanwhile: int) -> None:
    gc.set_threshold(before, 11, 12)

    with looked_for_seldom():
        during = gc.get_threshold()

    assert during == (meanwhile, 11, 12)
    assert gc.get_threshold() == (before, 11, 12)


def test_threshold_comes_back_after_an_error() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(ZeroDivisionError), looked_for_seldom():
        _ = 1 / 0

    assert gc.get_threshold() == (700, 10, 10)
