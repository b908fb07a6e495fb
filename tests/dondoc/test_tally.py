from collections import Counter
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.tally import Tally, total


def test_rates_of_nothing() -> None:
    tally = Tally()
    assert (tally.completeness, tally.timeliness) == (None, None)
    assert (tally.mean_days_late, tally.median_days_late) == (None, None)


def test_extension_kept_counts_as_on_time() -> None:
    tally = Tally(expected=4, complete=3, on_time=1, on_time_extended=1, late=1)
    assert (tally.completeness, tally.timeliness) == (75.0, 50.0)


@given(st.lists(st.integers(min_value=1, max_value=400), min_size=1))
def test_mean_and_median_are_those_of_the_single_days(days: list[int]) -> None:
    tally = Tally(days=Counter(days))
    assert tally.median_days_late == median(days)
    assert tally.mean_days_late == pytest.approx(fmean(days))


def test_total_adds_up() -> None:
    one = Tally(expected=2, complete=1, late=1, days=Counter({3: 1}))
    two = Tally(expected=3, complete=3, on_time=2, late=1, days=Counter({3: 1}))
    assert total([one, two]) == Tally(
        expected=5, complete=4, on_time=2, late=2, days=Counter({3: 2})
    )
